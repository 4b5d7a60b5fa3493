package io.signalbox.transports.kafka;

import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Session.Target;
import io.signalbox.transports.delivery.DeadReason;
import io.signalbox.transports.delivery.Remembered;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part of a share group: one member of Kafka's consumer group, which gives it partitions, and any number of
 * sessions, which take its messages in turn within their credit. A thread of its own owns all of it; others ask.
 */
final class ShareGroup {
    private static final Logger LOG = LoggerFactory.getLogger(ShareGroup.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration GOODBYE = Duration.ofSeconds(2);
    private static final long COMMIT_NANOS = Duration.ofMillis(100).toNanos();

    private final KafkaTransport transport;
    private final Target target;
    private final String group;
    private final Consumer<byte[], byte[]> consumer;
    private final GroupLedgers ledgers;
    private final Distribution distribution = new Distribution();
    private final Requests requests = new Requests();
    private final Thread thread;
    private long numbers;
    private boolean paused;
    private boolean changed;
    private long committedNanos = System.nanoTime();
    private volatile boolean stopping;
    private volatile boolean silently;

    ShareGroup(KafkaTransport transport, Target target) {
        this.transport = transport;
        this.target = target;
        group = transport.names().share(target);
        consumer = transport.clients().member(group);
        ledgers = new GroupLedgers(group, consumer);
        Set<String> topics = new HashSet<>();
        transport.layout().partitions(target.filter()).forEach(partition -> topics.add(partition.topic()));
        consumer.subscribe(topics, new Rebalance());
        thread = Thread.ofPlatform()
                .daemon()
                .name("kafka-share-" + target.shareGroup())
                .unstarted(this::run);
        thread.start();
    }

    // For others

    CompletableFuture<Boolean> join(KafkaSession session, FilterSpec spec) {
        return ask(() -> {
            distribution.join(session, spec);
            return true;
        });
    }

    /** It gets no more; what it has stays its own. */
    CompletableFuture<Boolean> leave(KafkaSession session) {
        return ask(() -> {
            distribution.leave(session);
            return true;
        });
    }

    /** It is gone: what it had goes to the others. */
    CompletableFuture<Boolean> ended(KafkaSession session, Map<Object, Remembered> left) {
        return ask(() -> {
            takeSettled();
            distribution.ended(session, left);
            return true;
        });
    }

    private CompletableFuture<Boolean> ask(Supplier<Boolean> work) {
        CompletableFuture<Boolean> answer = requests.add(work);
        consumer.wakeup();
        return answer;
    }

    /** By whoever settles. */
    void settled(SharedClaim claim) {
        distribution.settled(claim);
        if (distribution.wasHungry()) {
            consumer.wakeup();
        }
    }

    void wake() {
        consumer.wakeup();
    }

    /** @param quietly nothing is committed, as after a crash */
    void stop(boolean quietly) {
        silently = quietly;
        stopping = true;
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // The thread

    private void run() {
        while (!stopping) {
            try {
                step();
            } catch (WakeupException e) {
                LOG.trace("share group {} looks up", group);
            } catch (RuntimeException e) {
                LOG.warn("share group {} failed and goes on: {}", group, e.toString());
                LOG.debug("share group {}", group, e);
                Pauses.pause(POLL);
            }
        }
        requests.run();
        requests.end();
        if (!silently) {
            takeSettled();
            ledgers.commitAllNow(GOODBYE);
        }
        consumer.close(CloseOptions.timeout(silently ? Duration.ZERO : GOODBYE));
    }

    private void step() {
        requests.run();
        takeSettled();
        changed |= distribution.spread();
        pauseWhileFull();
        consumer.poll(POLL).forEach(this::take);
        takeSettled();
        changed |= distribution.spread();
        if (changed && System.nanoTime() - committedNanos > COMMIT_NANOS) {
            committedNanos = System.nanoTime();
            changed = false;
            ledgers.commit((offsets, failure) -> changed |= failure != null);
        }
    }

    private void pauseWhileFull() {
        boolean full = distribution.isFull();
        if (full && !paused) {
            consumer.pause(consumer.assignment());
        } else if (!full && paused) {
            consumer.resume(consumer.assignment());
        }
        paused = full;
    }

    private void takeSettled() {
        changed |= distribution.takeSettled();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        Place place = Place.of(record);
        Ledger ledger = ledgers.of(place.partition(), record.offset());
        changed = true;
        if (ledger.owes(record.offset())
                && target.filter().matches(transport.mapping().topic(record))) {
            Ledger.Entry entry = ledger.add(record.offset());
            try {
                distribution.add(new SharedClaim(
                        this,
                        ledger,
                        entry,
                        new Identity(group, place),
                        transport.mapping().message(record),
                        ++numbers));
            } catch (RuntimeException e) {
                // Whatever a stranger wrote: thrown on, it would take the rest of the poll with it.
                Death death = new Death(DeadReason.MALFORMED, String.valueOf(e.getMessage()), group, 0, place);
                transport.deadLetters().bury(record, death, () -> ledger.done(entry));
            }
        }
        ledger.readTo(record.offset() + 1);
    }

    /** Kafka moves partitions between nodes. Called on this thread, from a poll. */
    private final class Rebalance implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (!partitions.isEmpty()) {
                ledgers.assigned(partitions);
                paused = false;
                consumer.resume(consumer.assignment());
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            takeSettled();
            if (!silently) {
                ledgers.commitNow(partitions, GOODBYE);
            }
            onPartitionsLost(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            distribution.forget(partitions);
            ledgers.forget(partitions);
        }
    }
}
