package io.signalbox.transports.kafka;

import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.delivery.DeadReason;
import io.signalbox.transports.delivery.DeliveryCounters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Holds a queue that waited for its session within its bounds: looks at all that is owed, and keeps the newest. Kafka
 * keeps the rest, but the session does not get it. What becomes a dead letter is settled when the cluster has it there,
 * all together; before that nothing has moved. Used once, on the reading thread, before anything is read.
 */
final class Trim {
    private final SessionOptions options;
    private final RecordMapping mapping;
    private final DeadLetters deadLetters;
    private final Burials burials;
    private final Filters filters;
    private final DeliveryCounters counters;
    private final long nowMillis;
    private final ArrayDeque<Kept> kept = new ArrayDeque<>();
    private long keptBytes;
    private long dropped;
    private long evicted;
    private boolean cut;

    /** @param message kept for the dead letters alone */
    private record Kept(Place place, int bytes, @Nullable Message message) {}

    /** @param burials what is on its way to the dead letters; its end is the end of this too */
    Trim(
            SessionOptions options,
            RecordMapping mapping,
            DeadLetters deadLetters,
            Burials burials,
            Filters filters,
            DeliveryCounters counters,
            long nowMillis) {
        this.options = options;
        this.mapping = mapping;
        this.deadLetters = deadLetters;
        this.burials = burials;
        this.filters = filters;
        this.counters = counters;
        this.nowMillis = nowMillis;
    }

    static boolean concerns(SessionOptions options) {
        return options.overflow() == OverflowPolicy.DROP_OLDEST || options.overflow() == OverflowPolicy.DEAD_LETTER;
    }

    /**
     * @param ends up to where the queue is looked at
     * @return false if the session ended meanwhile: all is as it was
     */
    boolean run(Cursor cursor, Map<TopicPartition, Long> ends, Walker walker) {
        Map<TopicPartition, Walk.Stretch> stretches = new HashMap<>();
        cursor.ledgers()
                .forEach((partition, ledger) -> stretches.put(
                        partition, new Walk.Stretch(ledger.readTo(), ends.getOrDefault(partition, ledger.readTo()))));
        boolean[] whole = {true};
        walker.walk(stretches, record -> whole[0] = look(record, cursor));
        if (!whole[0] || !burials.awaitAll()) {
            return false;
        }
        if (cut) {
            goOnAtTheKept(cursor, stretches);
        }
        counters.dropped.add(dropped);
        return true;
    }

    /** Those that the queue has no room for. */
    long evictedCount() {
        return evicted;
    }

    private void goOnAtTheKept(Cursor cursor, Map<TopicPartition, Walk.Stretch> stretches) {
        Map<TopicPartition, List<Long>> open = new HashMap<>();
        kept.forEach(one -> open.computeIfAbsent(one.place.partition(), p -> new ArrayList<>())
                .add(one.place.offset()));
        stretches.forEach((partition, stretch) -> {
            Ledger ledger = cursor.ledger(partition);
            if (ledger != null && stretch.from() < stretch.until()) {
                List<Long> offsets = open.getOrDefault(partition, List.of());
                long low = offsets.isEmpty() ? stretch.until() : offsets.getFirst();
                ledger.restart(
                        new Position(low, stretch.until(), ledger.position().seen(), offsets));
            }
        });
        cursor.changed();
    }

    /** @return false if the session has ended */
    private boolean look(ConsumerRecord<byte[], byte[]> record, Cursor cursor) {
        Place place = Place.of(record);
        Ledger ledger = cursor.ledger(place.partition());
        if (ledger == null || !ledger.owes(record.offset())) {
            return true;
        }
        boolean own = RecordMapping.isPublisher(record, options.name());
        Match match = filters.match(place, mapping.topic(record), own);
        if (match == null) {
            return true;
        }
        Message message;
        try {
            message = mapping.message(record);
        } catch (SignalboxException e) {
            kept.add(new Kept(place, 0, null)); // reading it buries it
            return true;
        }
        if (message.isExpired(nowMillis)) {
            return true; // reading it counts it
        }
        int bytes = message.sizeBytes();
        kept.add(new Kept(place, bytes, options.overflow() == OverflowPolicy.DEAD_LETTER ? message : null));
        keptBytes += bytes;
        boolean goesOn = true;
        while (goesOn && (kept.size() > options.queueMessagesMax() || keptBytes > options.queueBytesMax())) {
            goesOn = evict(kept.removeFirst());
        }
        return goesOn;
    }

    private boolean evict(Kept one) {
        cut = true;
        evicted++;
        keptBytes -= one.bytes;
        Message message = one.message;
        if (message == null) {
            dropped++;
            return true;
        }
        Runnable safe = burials.begin(one.bytes);
        if (safe == null) {
            return false;
        }
        Death death = new Death(
                DeadReason.OVERFLOW,
                "the queue holds " + options.queueMessagesMax() + " messages and " + options.queueBytesMax() + " bytes",
                options.name(),
                0,
                one.place);
        deadLetters.bury(message, death, () -> {
            counters.dead.increment();
            safe.run();
        });
        return true;
    }
}
