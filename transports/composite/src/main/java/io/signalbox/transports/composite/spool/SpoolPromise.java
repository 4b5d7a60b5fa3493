package io.signalbox.transports.composite.spool;

import io.signalbox.message.Message;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import io.signalbox.transport.provider.Promise;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What a transport promises once a spool stands before it. */
public record SpoolPromise(Promise target, SpoolConfig config) implements Promise {
    /** As {@link SpoolingTransport} has them, which its test says. */
    @Override
    public Capabilities capabilities() {
        Capabilities of = target.capabilities();
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        features.addAll(of.features());
        features.remove(Feature.EXACTLY_ONCE);
        return new Capabilities(features, least(of.durability()), of.payloadBytesMax(), of.exactOutcomes());
    }

    /** Either the transport has it, or the spool. */
    private Durability least(Durability ofTarget) {
        return ofTarget.atLeast(config.acknowledge()) ? config.acknowledge() : ofTarget;
    }

    @Override
    public Durability durability(Message message) {
        return least(target.durability(message));
    }

    @Override
    public Durability durabilityMax(Message message) {
        return least(target.durabilityMax(message));
    }

    @Override
    public List<TopicFilter> distinguished() {
        return target.distinguished();
    }

    @Override
    public boolean isHeld() {
        return target.isHeld();
    }

    @Override
    public boolean isCertain() {
        return target.isCertain();
    }

    @Override
    public Guarantees guarantees(Message message) {
        return config.guarantees(target.guarantees(message), durability(message), "the transport", "the spool");
    }

    @Override
    public List<String> hazards(Message message) {
        return Stream.concat(
                        target.hazards(message).stream(),
                        Stream.of("what is spooled and then refused for the message's own sake is set aside: at"
                                + " spool.refused-to, or in "
                                + config.directory().resolve("refused")))
                .toList();
    }
}
