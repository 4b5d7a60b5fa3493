package io.signalbox.transports.kafka;

import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What this transport can do and promises. Some of it depends on how the Kafka topics are set up, which the cluster is
 * asked when the transport opens; {@code GuaranteesTest} and {@code FaultTest} try to break each.
 */
final class KafkaGuarantees {
    private static final Feature[] FEATURES = {
        Feature.SUBSCRIBE,
        Feature.DURABLE_SESSIONS,
        Feature.WILDCARDS,
        Feature.SHARE_GROUPS,
        Feature.ORDERED,
        Feature.REPLAY,
        Feature.EXPIRY,
        Feature.DELAYED_REDELIVERY,
        Feature.DEAD_LETTERS,
        Feature.REQUEST_REPLY
    };

    private KafkaGuarantees() {}

    /** @param facts null: not known */
    static Capabilities capabilities(KafkaConfig config, @Nullable ClusterFacts facts) {
        // The log takes every message; who is subscribed is what this node has heard of the others.
        return Capabilities.of(durability(facts), config.payloadBytesMax(), FEATURES)
                .withExactOutcomes(false);
    }

    /** Replicas that are in sync have it in their operating systems' files, however they are set up. */
    private static Durability durability(@Nullable ClusterFacts facts) {
        return facts == null ? Durability.BUFFERED : facts.durability();
    }

    /** @param facts null: not known */
    static Guarantees of(KafkaConfig config, @Nullable ClusterFacts facts) {
        boolean one = config.creation().partitions() == 1 && config.roots().isEmpty();
        return new Guarantees(
                durability(facts) + ": all replicas that are in sync have it, " + copies(facts),
                "per topic and publishing thread, and per ordering key"
                        + (one
                                ? "; over all topics too while there is one partition"
                                : "; not between partitions, so not between topics")
                        + "; not between a keyed message and one without key; not between the members of a share group",
                "a publish is written once however often it was sent. What a subscriber had not settled when its"
                        + " process died comes again, marked as redelivered; of what it had settled, the last tenth of"
                        + " a second, and what lies beyond the note that Kafka keeps beside an offset (about a thousand"
                        + " gaps). A share group's unsettled messages, when its partitions move to another node. Dead"
                        + " letters, when the process dies before it is told that Kafka has them",
                "a message waits longer than Kafka's retention; " + loss(facts)
                        + "; at most once: a process that dies while it delivers. A dead letter"
                        + " that Kafka finds too large is kept without its payload, and says where that is",
                "Kafka's retention, whether read or not: " + retention(config, facts)
                        + ". The bound of a session's queue holds when the"
                        + " session comes back, and while its connection takes nothing; REJECT_PUBLISH is refused."
                        + " Dead letters stay until somebody deletes them. Sessions expire by the brokers' clocks, and a"
                        + " session without expiry when its node was not heard for 30 s while others were");
    }

    private static String copies(@Nullable ClusterFacts facts) {
        return facts == null
                ? "in memory and in their operating systems' files; how many those are is not known"
                : "at least " + facts.copiesMin() + " of " + facts.replicas() + " (min.insync.replicas), "
                        + (facts.flushed()
                                ? "each on its disk (flush.messages is 1)"
                                : "in memory and in their operating systems' files, not flushed");
    }

    private static String loss(@Nullable ClusterFacts facts) {
        if (facts == null) {
            return "the machines of all replicas that are in sync lose power before their disks have it";
        }
        String what = facts.flushed() ? "lose their disks" : "lose power before their disks have it";
        String loss = facts.copiesMin() == 1
                ? "the machines of all replicas that are in sync, of which there may be one, " + what
                : "the machines of " + facts.copiesMin() + " replicas " + what + " at once";
        return facts.uncleanElection() && facts.replicas() > 1
                ? loss + "; a replica that lags becomes the leader (unclean.leader.election.enable)"
                : loss;
    }

    private static String retention(KafkaConfig config, @Nullable ClusterFacts facts) {
        if (facts == null) {
            return text(
                            config.creation().retention().toMillis() == 0
                                    ? -1
                                    : config.creation().retention().toMillis())
                    + " for Kafka topics that this transport made";
        }
        return text(facts.retentionMillis())
                + (facts.retentionBytes() < 0 ? "" : " or " + facts.retentionBytes() + " bytes of a partition")
                + (facts.compacted()
                        ? "; compaction leaves the newest message of an ordering key, and those without one are refused"
                        : "");
    }

    private static String text(long millis) {
        return millis < 0 ? "none" : Duration.ofMillis(millis).toString();
    }
}
