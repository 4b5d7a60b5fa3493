package io.signalbox.transports.kafka;

import io.signalbox.topic.Topic;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session.Target;
import io.signalbox.transports.delivery.Subscriptions;
import io.signalbox.transports.kafka.SessionRecord.Subscription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * By which of a session's own subscriptions a message comes. A subscription begins at an offset: a reader that is behind
 * does not give it what is older. Owned by the reading thread.
 */
final class Filters {
    private final Map<Target, Subscription> all = new LinkedHashMap<>();
    private Subscriptions matched = new Subscriptions();
    private final Map<TopicPartition, Long> youngest = new HashMap<>();

    @Nullable
    Subscription get(Target target) {
        return all.get(target);
    }

    List<Subscription> all() {
        return List.copyOf(all.values());
    }

    void put(Subscription one) {
        all.put(one.target(), one);
        changed();
    }

    void remove(Target target) {
        all.remove(target);
        changed();
    }

    private void changed() {
        matched = new Subscriptions();
        youngest.clear();
        for (Subscription one : all.values()) {
            matched.put(one.spec());
            one.from().forEach((partition, from) -> youngest.merge(partition, from, Math::max));
        }
    }

    /** The offset at which the first of them begins, of those that read the partition. */
    long oldest(TopicPartition partition, Layout layout) {
        long oldest = Long.MAX_VALUE;
        for (Subscription one : all.values()) {
            if (layout.partitions(one.spec().filter()).contains(partition)) {
                oldest = Math.min(oldest, one.from().getOrDefault(partition, 0L));
            }
        }
        return oldest;
    }

    /** @return null if it comes by none */
    @Nullable
    Match match(Place place, Topic topic, boolean own) {
        if (place.offset() >= youngest.getOrDefault(place.partition(), 0L)) {
            return matched.match(topic, own);
        }
        List<FilterSpec> matching = new ArrayList<>();
        for (Subscription one : all.values()) {
            FilterSpec spec = one.spec();
            if (place.offset() >= one.from().getOrDefault(place.partition(), 0L)
                    && spec.filter().matches(topic)
                    && !(own && spec.noLocal())) {
                matching.add(spec);
            }
        }
        return matching.isEmpty() ? null : Subscriptions.match(matching);
    }
}
