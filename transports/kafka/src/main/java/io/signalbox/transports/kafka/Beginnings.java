package io.signalbox.transports.kafka;

import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.StartPosition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Which offsets a start position means. Time is found by Kafka's index; {@code Last} reads backwards by growing
 * stretches until it has enough; the newest of each topic takes a look at all that is kept. Blocks.
 */
record Beginnings(Clients clients, Cluster cluster, RecordMapping mapping, Duration answerWait) implements Walker {
    private static final long STRETCH_MIN = 1_024;
    private static final int STRETCH_GROWTH = 8;

    private record Found(Place place, long timeMillis) {}

    /**
     * @param ends of the same partitions; nothing begins later
     * @return for each partition its first offset
     */
    Map<TopicPartition, Long> of(StartPosition start, TopicFilter filter, Map<TopicPartition, Long> ends) {
        return switch (start) {
            case StartPosition.New now -> ends;
            case StartPosition.All all -> cluster.beginnings(ends.keySet());
            case StartPosition.LastPerTopic each -> cluster.beginnings(ends.keySet());
            case StartPosition.Time time -> from(time.epochMillis(), ends.keySet(), ends);
            case StartPosition.Sequence from -> sequence(from.sequence(), ends);
            case StartPosition.Last last -> last(last.count(), filter, ends);
        };
    }

    private Map<TopicPartition, Long> from(
            long epochMillis, Collection<TopicPartition> partitions, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        cluster.from(partitions, epochMillis)
                .forEach((partition, offset) ->
                        offsets.put(partition, offset < 0 ? ends.getOrDefault(partition, 0L) : offset));
        return offsets;
    }

    /** A sequence names one message: its partition begins there, the others with what is not older. */
    private Map<TopicPartition, Long> sequence(long sequence, Map<TopicPartition, Long> ends) {
        Place place = mapping.layout().place(sequence);
        Map<TopicPartition, Long> offsets = new HashMap<>();
        if (place == null || !ends.containsKey(place.partition())) {
            ends.forEach((partition, end) ->
                    offsets.put(partition, Math.min(end, mapping.layout().offsetFrom(partition, sequence))));
            return offsets;
        }
        long end = ends.getOrDefault(place.partition(), 0L);
        Set<TopicPartition> others = new HashSet<>(ends.keySet());
        others.remove(place.partition());
        if (!others.isEmpty()) {
            Found named = first(place, end);
            if (named == null) {
                others.forEach(other -> offsets.put(other, ends.getOrDefault(other, 0L)));
            } else {
                offsets.putAll(from(named.timeMillis, others, ends));
            }
        }
        offsets.put(place.partition(), Math.min(end, place.offset()));
        return offsets;
    }

    private @Nullable Found first(Place place, long end) {
        List<Found> found = new ArrayList<>();
        walk(Map.of(place.partition(), new Walk.Stretch(place.offset(), end)), record -> {
            found.add(new Found(Place.of(record), record.timestamp()));
            return false;
        });
        return found.isEmpty() ? null : found.getFirst();
    }

    private Map<TopicPartition, Long> last(int count, TopicFilter filter, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> beginnings = cluster.beginnings(ends.keySet());
        for (long length = Math.max(STRETCH_MIN, 4L * count); ; length *= STRETCH_GROWTH) {
            Map<TopicPartition, Walk.Stretch> stretches = new HashMap<>();
            Map<TopicPartition, Long> oldestMillis = new HashMap<>();
            boolean whole = true;
            for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
                long beginning = beginnings.getOrDefault(end.getKey(), 0L);
                long from = Math.max(beginning, end.getValue() - length);
                whole &= from == beginning;
                oldestMillis.put(end.getKey(), from == beginning ? Long.MIN_VALUE : Long.MAX_VALUE);
                stretches.put(end.getKey(), new Walk.Stretch(from, end.getValue()));
            }
            ArrayDeque<Found> newest = new ArrayDeque<>();
            walk(stretches, record -> {
                Place place = Place.of(record);
                oldestMillis.merge(place.partition(), record.timestamp(), Math::min);
                if (filter.matches(mapping.topic(record))) {
                    if (newest.size() >= count) {
                        newest.poll();
                    }
                    newest.add(new Found(place, record.timestamp()));
                }
                return true;
            });
            if (whole
                    || newest.size() == count
                            && oldestMillis.values().stream()
                                    .allMatch(oldest -> oldest <= newest.getFirst().timeMillis)) {
                return begin(newest, ends);
            }
        }
    }

    private static Map<TopicPartition, Long> begin(Iterable<Found> newest, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> offsets = new HashMap<>(ends);
        for (Found found : newest) {
            offsets.merge(found.place.partition(), found.place.offset(), Math::min);
        }
        return offsets;
    }

    /** The places of the newest message of each topic. */
    Set<Place> newestOfEach(TopicFilter filter, Map<TopicPartition, Walk.Stretch> stretches) {
        Map<Topic, Place> newest = new HashMap<>();
        walk(stretches, record -> {
            Topic topic = mapping.topic(record);
            if (filter.matches(topic)) {
                newest.put(topic, Place.of(record));
            }
            return true;
        });
        return new HashSet<>(newest.values());
    }

    @Override
    public void walk(Map<TopicPartition, Walk.Stretch> stretches, Visitor visitor) {
        try (Walk walk = new Walk(clients.reader(), stretches)) {
            Patience patience = new Patience(answerWait);
            while (!walk.isOver()) {
                ConsumerRecord<byte[], byte[]> record = walk.next(Patience.STEP);
                patience.progress(record != null);
                if (record != null) {
                    if (!visitor.visit(record)) {
                        return;
                    }
                    patience.progress(true); // a visitor may take its time
                }
            }
        }
    }
}
