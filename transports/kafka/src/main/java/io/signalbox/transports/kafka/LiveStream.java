package io.signalbox.transports.kafka;

import io.signalbox.transport.Match;
import io.signalbox.transports.delivery.Arrival;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is published from now on, for one session: reads the partitions that its filters need, and what they match goes
 * to the mailbox. Owned by the reading thread, but for {@link #wake}.
 */
final class LiveStream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveStream.class);

    private final KafkaTransport transport;
    private final Intake intake;
    private final Filters filters;
    private final Cursor cursor;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private boolean paused;

    LiveStream(KafkaTransport transport, Intake intake, Filters filters, Cursor cursor) {
        this.transport = transport;
        this.intake = intake;
        this.filters = filters;
        this.cursor = cursor;
    }

    /** Any thread: a read that waits does not wait on. */
    void wake() {
        Consumer<byte[], byte[]> reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
    }

    /** Reads what the filters need from now on. */
    void assign() {
        Set<TopicPartition> wanted = new HashSet<>();
        filters.all()
                .forEach(one ->
                        wanted.addAll(transport.layout().partitions(one.spec().filter())));
        if (wanted.isEmpty()) {
            close();
            return;
        }
        Consumer<byte[], byte[]> reading = consumer;
        if (reading == null) {
            reading = transport.clients().strictReader();
            consumer = reading;
        }
        Set<TopicPartition> before = reading.assignment();
        if (before.equals(wanted)) {
            return;
        }
        Set<TopicPartition> added = new HashSet<>(wanted);
        added.removeAll(before);
        reading.assign(wanted);
        for (TopicPartition partition : added) {
            long oldest = filters.oldest(partition, transport.layout());
            Ledger ledger = cursor.ledger(partition, oldest);
            if (ledger.isSettled()) {
                ledger.readTo(oldest);
            }
            reading.seek(partition, ledger.readTo());
        }
        reading.resume(wanted);
        paused = false;
    }

    /** Takes what there is, or waits for it a while. */
    void read(Duration wait) {
        if (consumer == null) {
            assign();
        }
        Consumer<byte[], byte[]> reading = consumer;
        if (reading == null) {
            return;
        }
        pauseWhileFull(reading);
        ConsumerRecords<byte[], byte[]> records;
        try {
            records = reading.poll(wait);
        } catch (OffsetOutOfRangeException e) {
            jump(reading, e.offsetOutOfRangePartitions());
            return;
        }
        for (TopicPartition partition : records.partitions()) {
            Ledger ledger = cursor.ledger(partition);
            if (ledger != null) {
                List<ConsumerRecord<byte[], byte[]>> some = records.records(partition);
                take(partition, some, ledger);
                ledger.readTo(some.getLast().offset() + 1);
                cursor.changed();
            }
        }
    }

    private void pauseWhileFull(Consumer<byte[], byte[]> reading) {
        boolean full = intake.appetite().isFull();
        if (full != paused) {
            if (full) {
                reading.pause(reading.assignment());
            } else {
                reading.resume(reading.assignment());
            }
            paused = full;
        }
    }

    private void take(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records, Ledger ledger) {
        List<Arrival<Claim>> arrivals = new ArrayList<>(records.size());
        try {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                Arrival<Claim> arrival = take(record, new Place(partition, record.offset()), ledger);
                if (arrival != null) {
                    arrivals.add(arrival);
                }
            }
        } finally { // what is in the ledger is in the mailbox, or it would wait there for ever
            intake.mailbox().arrived(arrivals);
        }
    }

    private @Nullable Arrival<Claim> take(ConsumerRecord<byte[], byte[]> record, Place place, Ledger ledger) {
        if (!ledger.owes(record.offset())) {
            return null;
        }
        Match match = filters.match(place, intake.mapping().topic(record), intake.isOwn(record));
        return match == null ? null : intake.arrival(record, place, match, cursor, ledger);
    }

    /** Kafka has deleted what the session had not read: its retention is over. Said and counted. */
    private void jump(Consumer<byte[], byte[]> reading, Map<TopicPartition, Long> lost) {
        Map<TopicPartition, Long> beginnings = transport.cluster().beginnings(lost.keySet());
        Map<TopicPartition, Long> ends = transport.cluster().ends(lost.keySet());
        lost.forEach((partition, offset) -> {
            long beginning = beginnings.getOrDefault(partition, offset);
            long at = offset < beginning ? beginning : Math.min(offset, ends.getOrDefault(partition, offset));
            Ledger ledger = cursor.ledger(partition);
            LOG.warn(
                    "session {}: {} was to be read from offset {}, and Kafka has it from {} on: what its retention"
                            + " deleted is lost to the session; reading goes on at {}",
                    intake.session(),
                    partition,
                    offset,
                    beginning,
                    at);
            long deleted = Math.max(0, at - offset);
            transport.counters().dropped.add(deleted);
            intake.mailbox().lost(deleted);
            if (ledger != null) {
                ledger.restart(Position.at(at));
            }
            reading.seek(partition, at);
        });
    }

    /** Is it read to there, or is there nothing to read? */
    boolean hasReached(Map<TopicPartition, Long> ends) {
        Consumer<byte[], byte[]> reading = consumer;
        return reading == null
                || ends.entrySet().stream()
                        .allMatch(end -> !reading.assignment().contains(end.getKey())
                                || reading.position(end.getKey()) >= end.getValue());
    }

    /** Ends the reading; it may be assigned again. */
    @Override
    public void close() {
        Consumer<byte[], byte[]> reading = consumer;
        consumer = null;
        if (reading != null) {
            Clients.end(reading);
        }
    }
}
