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
 * keeps the rest, but the session does not get it. Used once, on the reading thread, before anything is read.
 */
final class Trim {
    private final SessionOptions options;
    private final Intake intake;
    private final Filters filters;
    private final DeliveryCounters counters;
    private final long nowMillis;
    private final ArrayDeque<Kept> kept = new ArrayDeque<>();
    private long keptBytes;
    private boolean cut;

    /** @param message kept for the dead letters alone */
    private record Kept(Place place, int bytes, @Nullable Message message) {}

    Trim(SessionOptions options, Intake intake, Filters filters, DeliveryCounters counters, long nowMillis) {
        this.options = options;
        this.intake = intake;
        this.filters = filters;
        this.counters = counters;
        this.nowMillis = nowMillis;
    }

    static boolean concerns(SessionOptions options) {
        return options.overflow() == OverflowPolicy.DROP_OLDEST || options.overflow() == OverflowPolicy.DEAD_LETTER;
    }

    /** @param ends up to where the queue is looked at */
    void run(Cursor cursor, Map<TopicPartition, Long> ends, Beginnings beginnings) {
        Map<TopicPartition, Walk.Stretch> stretches = new HashMap<>();
        cursor.ledgers()
                .forEach((partition, ledger) -> stretches.put(
                        partition, new Walk.Stretch(ledger.readTo(), ends.getOrDefault(partition, ledger.readTo()))));
        beginnings.walk(stretches, record -> {
            look(record, cursor);
            return true;
        });
        if (cut) {
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
    }

    private void look(ConsumerRecord<byte[], byte[]> record, Cursor cursor) {
        Place place = Place.of(record);
        Ledger ledger = cursor.ledger(place.partition());
        if (ledger == null || !ledger.owes(record.offset())) {
            return;
        }
        Match match = filters.match(place, intake.mapping().topic(record), intake.isOwn(record));
        if (match == null) {
            return;
        }
        Message message;
        try {
            message = intake.mapping().message(record);
        } catch (SignalboxException e) {
            kept.add(new Kept(place, 0, null)); // reading it buries it
            return;
        }
        if (message.isExpired(nowMillis)) {
            return; // reading it counts it
        }
        int bytes = message.sizeBytes();
        kept.add(new Kept(place, bytes, options.overflow() == OverflowPolicy.DEAD_LETTER ? message : null));
        keptBytes += bytes;
        while (kept.size() > options.queueMessagesMax() || keptBytes > options.queueBytesMax()) {
            evict(kept.removeFirst());
        }
    }

    private void evict(Kept one) {
        cut = true;
        keptBytes -= one.bytes;
        Message message = one.message;
        if (message != null) {
            counters.dead.increment();
            intake.deadLetters()
                    .bury(
                            message,
                            new DeadLetters.Death(
                                    DeadReason.OVERFLOW,
                                    "the queue holds " + options.queueMessagesMax() + " messages and "
                                            + options.queueBytesMax() + " bytes",
                                    intake.session(),
                                    0),
                            () -> {});
        } else {
            counters.dropped.increment();
        }
    }
}
