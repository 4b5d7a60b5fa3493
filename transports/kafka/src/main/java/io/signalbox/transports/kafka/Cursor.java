package io.signalbox.transports.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far one stream of a session is, in all its partitions; committed under a consumer group's name. */
final class Cursor {
    private static final Logger LOG = LoggerFactory.getLogger(Cursor.class);

    private final String group;
    private final Map<TopicPartition, Ledger> ledgers = new ConcurrentHashMap<>();
    private final AtomicBoolean changed = new AtomicBoolean();
    private final AtomicBoolean committing = new AtomicBoolean();

    Cursor(String group, Map<TopicPartition, Position> positions) {
        this.group = group;
        positions.forEach((partition, position) -> ledgers.put(partition, new Ledger(position)));
    }

    String group() {
        return group;
    }

    @Nullable
    Ledger ledger(TopicPartition partition) {
        return ledgers.get(partition);
    }

    Map<TopicPartition, Ledger> ledgers() {
        return ledgers;
    }

    /** The ledger of a partition that is read from here on, if it was not before. */
    Ledger ledger(TopicPartition partition, long from) {
        return ledgers.computeIfAbsent(partition, p -> new Ledger(Position.at(from)));
    }

    /** Looks before it writes: settled and read messages come from two processors, and it is written for each otherwise. */
    void changed() {
        if (!changed.get()) {
            changed.set(true);
        }
    }

    Map<TopicPartition, Position> positions() {
        Map<TopicPartition, Position> all = new HashMap<>();
        ledgers.forEach((partition, ledger) -> all.put(partition, ledger.position()));
        return all;
    }

    boolean isSettled() {
        return ledgers.values().stream().allMatch(Ledger::isSettled);
    }

    /** Commits what has changed, one commit after the other; what fails is tried again with the next call. */
    void commit(Cluster cluster) {
        if (!changed.get() || !committing.compareAndSet(false, true)) {
            return;
        }
        changed.set(false);
        commit(cluster, UnaryOperator.identity()).whenComplete((done, failure) -> {
            if (failure != null) {
                changed.set(true);
                LOG.debug("committing {}", group, failure);
            }
            committing.set(false);
        });
    }

    CompletionStage<Void> commit(Cluster cluster, UnaryOperator<Map<TopicPartition, Position>> last) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        last.apply(positions()).forEach((partition, position) -> offsets.put(partition, position.committed()));
        return cluster.commit(group, offsets);
    }
}
