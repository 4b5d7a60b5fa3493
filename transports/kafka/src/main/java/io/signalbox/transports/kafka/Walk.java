package io.signalbox.transports.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/** Reads a stretch of each of several partitions, all of them in the order of time. Owned by one thread. */
final class Walk implements AutoCloseable {
    private static final int BUFFERED_MAX = 1_000;
    private static final long BUFFERED_BYTES_MAX = 4 << 20;

    private final Consumer<byte[], byte[]> consumer;
    private final List<Strand> strands = new ArrayList<>();

    /** @param until exclusive */
    record Stretch(long from, long until) {}

    private final class Strand {
        final TopicPartition partition;
        final long until;
        final ArrayDeque<ConsumerRecord<byte[], byte[]>> read = new ArrayDeque<>();
        long bytes;
        boolean over;

        Strand(TopicPartition partition, long until) {
            this.partition = partition;
            this.until = until;
        }

        boolean hungry() {
            return read.isEmpty() && !over;
        }

        void take(List<ConsumerRecord<byte[], byte[]>> records) {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (record.offset() < until) {
                    read.add(record);
                    bytes += RecordMapping.sizeBytes(record);
                }
            }
        }

        ConsumerRecord<byte[], byte[]> give() {
            ConsumerRecord<byte[], byte[]> oldest = read.remove();
            bytes -= RecordMapping.sizeBytes(oldest);
            return oldest;
        }

        boolean isFull() {
            return read.size() >= BUFFERED_MAX || bytes >= BUFFERED_BYTES_MAX;
        }

        void look() {
            if (!over && consumer.position(partition) >= until) {
                over = true;
                consumer.pause(List.of(partition));
            }
        }
    }

    /** @param consumer given away */
    Walk(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Stretch> stretches) {
        this.consumer = consumer;
        stretches.forEach((partition, stretch) -> {
            if (stretch.from() < stretch.until()) {
                strands.add(new Strand(partition, stretch.until()));
            }
        });
        consumer.assign(strands.stream().map(strand -> strand.partition).toList());
        stretches.forEach((partition, stretch) -> {
            if (stretch.from() < stretch.until()) {
                consumer.seek(partition, stretch.from());
            }
        });
    }

    boolean isOver() {
        return strands.stream().allMatch(strand -> strand.over && strand.read.isEmpty());
    }

    /** The oldest; null if it has not come within the wait, or all is over. */
    @Nullable
    ConsumerRecord<byte[], byte[]> next(Duration wait) {
        if (strands.stream().anyMatch(Strand::hungry)) {
            poll(wait);
        }
        Strand oldest = null;
        for (Strand strand : strands) {
            ConsumerRecord<byte[], byte[]> head = strand.read.peek();
            if (head == null) {
                if (!strand.over) {
                    return null; // it may have an older one
                }
            } else if (oldest == null
                    || head.timestamp() < oldest.read.getFirst().timestamp()) {
                oldest = strand;
            }
        }
        return oldest == null ? null : oldest.give();
    }

    private void poll(Duration wait) {
        for (Strand strand : strands) {
            if (!strand.over && strands.size() > 1) {
                if (strand.isFull()) {
                    consumer.pause(List.of(strand.partition));
                } else {
                    consumer.resume(List.of(strand.partition));
                }
            }
        }
        try {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(wait);
            for (Strand strand : strands) {
                strand.take(records.records(strand.partition));
                strand.look();
            }
        } catch (WakeupException e) {
            Thread.onSpinWait(); // somebody wants the reader; what was fetched stays
        }
    }

    void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        Clients.end(consumer);
    }
}
