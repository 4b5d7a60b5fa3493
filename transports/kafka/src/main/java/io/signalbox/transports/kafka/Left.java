package io.signalbox.transports.kafka;

import io.signalbox.transports.delivery.Remembered;
import io.signalbox.transports.kafka.SessionRecord.Past;
import io.signalbox.transports.kafka.SessionRecord.Subscription;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What an owner of a session leaves to the next.
 *
 * @param positions by stream and partition
 * @param remembered who had which delivery id, and how often it had failed
 * @param position of the session's record that tells of the end; -1: none does
 */
record Left(Map<String, Map<TopicPartition, Position>> positions, Map<Object, Remembered> remembered, long position) {
    static final Left NOTHING = new Left(Map.of(), Map.of(), -1);

    /** Ends its reading. Blocks. */
    static Left by(KafkaSession session, ShareGroups shareGroups, long position) {
        Reader reader = session.reader();
        reader.stop();
        Map<Object, Remembered> remembered = session.mailbox().left();
        shareGroups.ended(session, remembered);
        Map<String, Map<TopicPartition, Position>> positions = new HashMap<>();
        for (Cursor cursor : reader.cursors()) {
            positions.put(cursor.group(), new HashMap<>(cursor.positions()));
        }
        remembered.forEach((identity, what) -> {
            if (what.offered() && identity instanceof Identity(String group, Place place)) {
                Map<TopicPartition, Position> of = positions.get(group);
                if (of != null) {
                    of.computeIfPresent(place.partition(), (partition, at) -> at.seenTo(place.offset() + 1));
                }
            }
        });
        return new Left(positions, remembered, position);
    }

    /** What an owner elsewhere, or an earlier process, has left in Kafka. Blocks. */
    static Left inKafka(String name, SessionRecord found, KafkaTransport transport) {
        boolean wordless = !found.owner().isEmpty();
        Cluster cluster = transport.cluster();
        Map<String, Map<TopicPartition, Position>> positions = new HashMap<>();
        String group = transport.names().session(name);
        Map<TopicPartition, Position> live = SessionRecord.further(found.positions(), cluster.committed(group));
        if (wordless) { // all that is there may have been seen, also where nothing was committed yet
            Map<TopicPartition, Long> begun = new HashMap<>();
            found.subscriptions()
                    .forEach(one -> one.from().forEach((partition, from) -> begun.merge(partition, from, Math::min)));
            begun.forEach((partition, from) -> live.putIfAbsent(partition, Position.at(from)));
            Map<TopicPartition, Long> ends = cluster.ends(live.keySet());
            live.replaceAll((partition, at) -> at.seenTo(ends.getOrDefault(partition, 0L)));
        }
        positions.put(group, live);
        for (Subscription one : found.subscriptions()) {
            Past past = one.past();
            if (past != null) {
                String pastGroup = transport.names().past(name, one.target());
                Map<TopicPartition, Position> at = cluster.committed(pastGroup);
                if (wordless) {
                    past.from().forEach((partition, from) -> at.putIfAbsent(partition, Position.at(from)));
                    at.replaceAll(
                            (partition, position) -> position.seenTo(one.from().getOrDefault(partition, 0L)));
                }
                positions.put(pastGroup, at);
            }
        }
        return new Left(positions, Map.of(), -1);
    }

    void commit(Cluster cluster) {
        positions.forEach((group, at) -> {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            at.forEach((partition, one) -> offsets.put(partition, one.committed()));
            cluster.commitNow(group, offsets);
        });
    }
}
