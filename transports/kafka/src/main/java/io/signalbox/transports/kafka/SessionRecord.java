package io.signalbox.transports.kafka;

import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Session.Target;
import io.signalbox.transports.delivery.Subscriptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What all nodes know of a session.
 *
 * @param owner the node that has it, or had it when it ended without a word; empty after a goodbye
 * @param expirySeconds 0: the session is gone with its connection
 * @param detachedAtMillis 0 while somebody has it
 * @param positions how far it was at its goodbye; Kafka forgets committed offsets after a week
 */
record SessionRecord(
        String owner,
        long expirySeconds,
        long detachedAtMillis,
        List<Subscription> subscriptions,
        Map<TopicPartition, Position> positions) {

    SessionRecord {
        subscriptions = List.copyOf(subscriptions);
        positions = Map.copyOf(positions);
    }

    /**
     * @param from what is older is not its
     * @param past what is to be read before that, until it is read
     */
    record Subscription(
            FilterSpec spec,
            Map<TopicPartition, Long> from,
            @Nullable Past past) {
        Subscription {
            from = Map.copyOf(from);
        }

        Target target() {
            return Subscriptions.target(spec);
        }

        Subscription withoutPast() {
            return new Subscription(spec, from, null);
        }
    }

    /**
     * @param newestOfEach of each topic only its newest message
     * @param speed 0: as fast as can be
     */
    record Past(Map<TopicPartition, Long> from, boolean newestOfEach, double speed) {
        Past {
            from = Map.copyOf(from);
        }
    }

    static SessionRecord of(String owner, long expirySeconds) {
        return new SessionRecord(owner, expirySeconds, 0, List.of(), Map.of());
    }

    boolean durable() {
        return expirySeconds > 0;
    }

    boolean attached() {
        return detachedAtMillis == 0;
    }

    boolean isExpired(long nowMillis) {
        return !attached()
                && expirySeconds < Long.MAX_VALUE / 1000
                && nowMillis - detachedAtMillis >= expirySeconds * 1000;
    }

    SessionRecord ownedBy(String node, long seconds) {
        return new SessionRecord(node, seconds, 0, subscriptions, positions);
    }

    SessionRecord detached(String lastOwner, long atMillis, Map<TopicPartition, Position> at) {
        return new SessionRecord(lastOwner, expirySeconds, Math.max(1, atMillis), subscriptions, at);
    }

    SessionRecord withExpiry(long seconds) {
        return new SessionRecord(owner, seconds, detachedAtMillis, subscriptions, positions);
    }

    SessionRecord with(List<Subscription> all) {
        return new SessionRecord(owner, expirySeconds, detachedAtMillis, all, positions);
    }

    Optional<Subscription> find(Target target) {
        return subscriptions.stream().filter(one -> one.target().equals(target)).findFirst();
    }

    /** Replaces the one of the same target. */
    SessionRecord with(Subscription one) {
        List<Subscription> all = new ArrayList<>(without(one.target()).subscriptions);
        all.add(one);
        return with(all);
    }

    SessionRecord without(Target target) {
        return with(subscriptions.stream()
                .filter(one -> !one.target().equals(target))
                .toList());
    }

    /** Of two accounts of one stream, the one that is further, partition by partition. */
    static Map<TopicPartition, Position> further(
            Map<TopicPartition, Position> one, Map<TopicPartition, Position> other) {
        Map<TopicPartition, Position> merged = new HashMap<>(one);
        other.forEach((partition, position) -> merged.merge(
                partition,
                position,
                (a, b) -> a.low() > b.low() || a.low() == b.low() && a.readTo() >= b.readTo() ? a : b));
        return merged;
    }
}
