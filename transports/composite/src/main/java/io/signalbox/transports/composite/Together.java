package io.signalbox.transports.composite;

import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Durability;
import io.signalbox.transports.composite.strategy.Strategy;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What members can do together: what each can, less what the strategies cannot keep.
 *
 * <ul>
 *   <li>There is no one log, so no REPLAY; no one retained message, so no RETAINED; no tag that all know, so no
 *       EXACTLY_ONCE.
 *   <li>Copies would go to several members of a share group, so SHARE_GROUPS needs one member for each message.
 *   <li>ORDERED, PRIORITY and DEDUPLICATION hold where every message of a topic takes the same way: with all, and with
 *       a split; priorities with one queue alone, so not with a split.
 * </ul>
 */
final class Together {
    private static final Set<Feature> NEVER = EnumSet.of(Feature.REPLAY, Feature.RETAINED, Feature.EXACTLY_ONCE);

    /** What needs one way for all messages of a topic, or one queue. */
    private static final Set<Feature> ONE_WAY = EnumSet.of(Feature.ORDERED, Feature.PRIORITY, Feature.DEDUPLICATION);

    private static final Set<Feature> ONE_WAY_AND_GROUPS =
            EnumSet.of(Feature.SHARE_GROUPS, Feature.ORDERED, Feature.PRIORITY, Feature.DEDUPLICATION);

    private Together() {}

    static Capabilities of(CompositeConfig config) {
        Set<Feature> features = EnumSet.allOf(Feature.class);
        features.removeAll(NEVER);
        config.members()
                .forEach(member ->
                        features.retainAll(member.transport().capabilities().features()));
        Set<Strategy> strategies = config.strategies();
        strategies.forEach(strategy -> features.removeAll(lost(strategy)));
        if (strategies.size() > 1) {
            // A topic's messages may take different ways.
            features.removeAll(ONE_WAY);
        }
        return new Capabilities(features, durability(config), payloadBytesMax(config), exactOutcomes(config));
    }

    /** With any and a quorum, an answer does not wait for the members that are behind. */
    private static boolean exactOutcomes(CompositeConfig config) {
        return config.members().stream()
                        .allMatch(member -> member.transport().capabilities().exactOutcomes())
                && config.strategies().stream()
                        .noneMatch(one -> one instanceof Strategy.Any || one instanceof Strategy.Quorum);
    }

    private static Set<Feature> lost(Strategy strategy) {
        return switch (strategy) {
            case Strategy.All all -> EnumSet.of(Feature.SHARE_GROUPS);
            case Strategy.Any any -> ONE_WAY_AND_GROUPS;
            case Strategy.Quorum quorum -> ONE_WAY_AND_GROUPS;
            case Strategy.Split split -> EnumSet.of(Feature.PRIORITY);
            case Strategy.Fallback fallback -> ONE_WAY;
        };
    }

    /** What every accepted message reaches, whichever members took it. */
    static Durability durability(CompositeConfig config) {
        return Stream.concat(
                        config.members().stream()
                                .map(m -> m.transport().capabilities().durability()),
                        config.archives().stream()
                                .filter(a -> a.mode() == Archive.Mode.REQUIRED)
                                .map(Archive::durability))
                .min(Durability::compareTo)
                .orElse(Durability.NONE);
    }

    private static int payloadBytesMax(CompositeConfig config) {
        List<Integer> limits = Stream.concat(
                        config.members().stream()
                                .map(m -> m.transport().capabilities().payloadBytesMax()),
                        config.archives().stream().map(Archive::payloadBytesMax))
                .toList();
        return limits.stream().mapToInt(Integer::intValue).min().orElseThrow();
    }
}
