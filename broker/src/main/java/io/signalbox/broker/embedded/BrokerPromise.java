package io.signalbox.broker.embedded;

import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.BrokerConfig.TopicPolicy;
import io.signalbox.log.LogConfig;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import io.signalbox.transport.provider.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the embedded broker promises, by the policy that a message's topic has. */
public record BrokerPromise(BrokerConfig config, LogConfig log) implements Promise {
    @Override
    public Capabilities capabilities() {
        return EmbeddedBroker.capabilities(log.recordBytesMax());
    }

    @Override
    public Durability durability(Message message) {
        TopicPolicy policy = policy(message);
        return message.guarantee() == Guarantee.AT_MOST_ONCE ? policy.atMostOnce() : acknowledged(policy);
    }

    /** At best effort a publish is accepted without the disk when that fails. */
    private static Durability acknowledged(TopicPolicy policy) {
        return policy.bestEffort() && policy.acknowledged().atLeast(Durability.ROUTED)
                ? Durability.ROUTED
                : policy.acknowledged();
    }

    @Override
    public List<TopicFilter> distinguished() {
        return config.policies().stream().map(TopicPolicy::filter).toList();
    }

    private TopicPolicy policy(Message message) {
        return config.policies().stream()
                .filter(policy -> policy.filter().matches(message.topic()))
                .findFirst()
                .orElse(TopicPolicy.DEFAULT);
    }

    @Override
    public Guarantees guarantees(Message message) {
        TopicPolicy policy = policy(message);
        return new Guarantees(
                acknowledged(policy) + ": before a publish at QoS 1 or 2 is acknowledged"
                        + (policy.bestEffort() ? ", " + policy.acknowledged() + " unless the disk fails" : "")
                        + ". QoS 0: " + policy.atMostOnce(),
                "per topic and publisher, for messages of one QoS; a failed delivery holds back its ordering key",
                "at QoS 2: none. At QoS 1: what was not acknowledged comes again after a lost connection, marked as such;"
                        + " publishes of one idempotency key or id within " + text(config.deduplicationWindow())
                        + " are one message",
                loss(policy.acknowledged()) + ". QoS 0: " + loss(policy.atMostOnce())
                        + "; a session that is away or too slow",
                "the bounds and the expiry of a session's queue; "
                        + Math.min(log.segmentsMax(), log.bytesMax() / log.segmentBytes()) + " segments of "
                        + log.segmentBytes() + " bytes"
                        + (log.ageMax().isZero() ? "" : " or " + text(log.ageMax()))
                        + " of history, but for what durable queues still need; failure number "
                        + config.deliveryAttemptsMax() + " makes a dead letter");
    }

    private static String loss(Durability durability) {
        return switch (durability) {
            case NONE, ROUTED -> "the process ends";
            case BUFFERED -> "the machine loses power before its disk has it";
            case SYNCED -> "the disk is lost";
            case REPLICATED -> "the disks of several machines are lost";
        };
    }

    private static String text(Duration duration) {
        return duration.toMillis() % 60_000 == 0 ? duration.toMinutes() + " minutes" : duration.toMillis() + " ms";
    }

    @Override
    public List<String> hazards(Message message) {
        List<String> hazards = new ArrayList<>();
        if (policy(message).bestEffort()) {
            hazards.add("when the disk fails, publishes are accepted without it, and the receipt says so");
        }
        if (log.retentionIgnoresFloor()) {
            hazards.add("retention removes what durable queues still need, as a counted drop");
        }
        return hazards;
    }
}
