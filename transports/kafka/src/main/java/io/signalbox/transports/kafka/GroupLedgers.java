package io.signalbox.transports.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far a share group is in the partitions that this node has of it. Owned by the group's thread. */
final class GroupLedgers {
    private static final Logger LOG = LoggerFactory.getLogger(GroupLedgers.class);

    private final String group;
    private final Consumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Ledger> ledgers = new HashMap<>();

    GroupLedgers(String group, Consumer<byte[], byte[]> consumer) {
        this.group = group;
        this.consumer = consumer;
    }

    /** @param offset where it begins if nothing is known of the partition */
    Ledger of(TopicPartition partition, long offset) {
        return ledgers.computeIfAbsent(partition, p -> new Ledger(Position.at(offset)));
    }

    /** Kafka has given these to this node: goes on where another was. */
    void assigned(Collection<TopicPartition> partitions) {
        committed(partitions).forEach((partition, offset) -> {
            if (offset != null) {
                ledgers.put(partition, new Ledger(Position.of(offset)));
            }
        });
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(Collection<TopicPartition> partitions) {
        while (true) {
            try {
                return consumer.committed(new HashSet<>(partitions));
            } catch (WakeupException e) {
                LOG.trace("share group {} is woken while it is given partitions", group); // once more
            }
        }
    }

    void forget(Collection<TopicPartition> partitions) {
        partitions.forEach(ledgers::remove);
    }

    private Map<TopicPartition, OffsetAndMetadata> positions(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            Ledger ledger = ledgers.get(partition);
            if (ledger != null) {
                offsets.put(partition, ledger.position().committed());
            }
        }
        return offsets;
    }

    /** @param done called on this thread, from a later poll */
    void commit(OffsetCommitCallback done) {
        consumer.commitAsync(positions(ledgers.keySet()), done);
    }

    /** Blocks, and does not fail: what is not committed comes again. */
    void commitNow(Collection<TopicPartition> partitions, Duration wait) {
        Map<TopicPartition, OffsetAndMetadata> offsets = positions(partitions);
        for (int tries = 1; !offsets.isEmpty() && tries <= 2; tries++) {
            try {
                consumer.commitSync(offsets, wait);
                return;
            } catch (WakeupException e) {
                LOG.trace("share group {} is woken while it commits", group); // once more
            } catch (RuntimeException e) {
                LOG.info("share group {}: what was settled last may come again: {}", group, e.toString());
                return;
            }
        }
    }

    void commitAllNow(Duration wait) {
        commitNow(ledgers.keySet(), wait);
    }
}
