package io.signalbox.transports.redis;

import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import io.signalbox.transports.connection.Backoff;
import org.jspecify.annotations.Nullable;

/**
 * What this transport promises, in words. Most of it depends on how the server is set up, which it is asked at every
 * connection; {@code GuaranteesTest} and {@code FaultTest} try to break each.
 */
final class RedisGuarantees {
    private RedisGuarantees() {}

    /** @param facts null: the server has not been reached yet */
    static Guarantees of(RedisConfig config, @Nullable ServerFacts facts) {
        RetentionLimits retention = config.retention();
        return new Guarantees(
                durability(config, facts),
                "per topic and publishing thread, and per ordering key; not between the members of a share group, and"
                        + " not between what is published at most once and the rest",
                "none from a publish that is sent again after a lost connection. What a subscriber had not settled when"
                        + " its process died comes again, marked as redelivered; what a member of a share group held,"
                        + " whose instance was silent for " + config.delivery().silenceMax()
                        + ", goes to another; a replay whose connection is lost may begin again",
                loss(config, facts)
                        + ". At most once: a lost connection, a session that is away, a receiver that is slower than"
                        + " the server's output buffer for Pub/Sub",
                "the bound of the session's queue under DROP_OLDEST, its past included; its expiry; SPILL and share"
                        + " groups have no bound but the server's maxmemory, at which publishes are refused. History: "
                        + retention.historyMessagesMax() + " messages and " + retention.historyMax()
                        + ". Dead letters: about " + retention.deadLettersMax()
                        + ", and a tenth as many of what other clients wrote and nobody could publish or read; the"
                        + " oldest go beyond that, and are counted. A transient session ends "
                        + config.delivery().silenceMax()
                        + " after the death of its process, or after only its instance cannot reach the server; "
                        + Backoff.DEFAULT.max() + " later where the server was away meanwhile");
    }

    private static String durability(RedisConfig config, @Nullable ServerFacts facts) {
        if (facts == null) {
            return "ROUTED: the server has not been reached, and what its answers mean is not known";
        }
        int replicas = config.publish().replicas();
        String how = "appendonly " + (facts.aof() ? "yes" : "no") + ", appendfsync " + facts.fsync()
                + switch (facts.confirm(replicas)) {
                    case ANSWER -> "";
                    case REPLICAS -> ", WAIT for " + replicas + " replicas, which have it in memory";
                    case DISKS -> ", WAITAOF for the server's disk and those of " + replicas + " replicas";
                };
        return facts.durability(replicas) + ": every queue it is owed to has it, in one step; Redis " + facts.version()
                + " with " + how + ". At most once: ROUTED";
    }

    private static String loss(RedisConfig config, @Nullable ServerFacts facts) {
        if (facts == null) {
            return "not known before the server is reached";
        }
        Durability level = facts.durability(config.publish().replicas());
        String loss = switch (level) {
            case NONE, ROUTED ->
                facts.aof()
                        ? "the server dies: about the last two seconds (appendfsync " + facts.fsync() + ")"
                        : "the server ends: all since its last snapshot";
            case BUFFERED -> "the server's machine loses power: what its system had not written";
            case SYNCED -> "the server's disk is lost, or a replica that has not heard of everything takes over";
            case REPLICATED -> "the disks of the server and of its replicas are lost";
        };
        return facts.evictsAnything()
                ? loss + "; and any time: maxmemory-policy " + facts.eviction() + " deletes queues to make room"
                : loss;
    }
}
