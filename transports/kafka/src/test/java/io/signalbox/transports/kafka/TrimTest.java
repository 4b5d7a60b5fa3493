package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.delivery.DeliveryCounters;
import io.signalbox.transports.kafka.SessionRecord.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A session comes back to more than its queue may hold. */
final class TrimTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KEPT = 5;

    private final MockProducer<byte[], byte[]> producer = Records.producer(false);
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private final DeadLetters deadLetters = new DeadLetters("dead", producer, Records.MAPPING, later);
    private final DeliveryCounters counters = new DeliveryCounters();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Filters filters = new Filters();
    private final Cursor cursor = new Cursor("g", Map.of(Records.PARTITION, Position.at(0)));

    TrimTest() {
        FilterSpec all = FilterSpec.of(TopicFilter.ofMqtt("#"), Guarantee.AT_LEAST_ONCE);
        filters.put(new Subscription(all, Map.of(Records.PARTITION, 0L), null));
    }

    @AfterEach
    void close() {
        later.shutdownNow();
    }

    /** All of a queue of this length; on a thread of its own, since it waits. */
    private CompletableFuture<Boolean> trim(OverflowPolicy policy, int waiting, String payload) {
        SessionOptions options = SessionOptions.durableSession("s").withQueue(KEPT, 1L << 30, policy);
        Trim trim = new Trim(options, Records.MAPPING, deadLetters, new Burials(ended::get), filters, counters, 0);
        Walker walker = (stretches, visitor) -> {
            Walk.Stretch stretch = Objects.requireNonNull(stretches.get(Records.PARTITION));
            for (long offset = stretch.from(); offset < stretch.until(); offset++) {
                if (!visitor.visit(Records.record(offset, payload))) {
                    return;
                }
            }
        };
        Map<TopicPartition, Long> ends = Map.of(Records.PARTITION, (long) waiting);
        return CompletableFuture.supplyAsync(
                () -> trim.run(cursor, ends, walker),
                task -> Thread.ofPlatform().start(task));
    }

    private Position position() {
        return Objects.requireNonNull(cursor.positions().get(Records.PARTITION));
    }

    private void awaitSent(int count) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> producer.history().size() == count);
    }

    @Test
    void nothingIsSettledBeforeTheClusterHasTheDeadLetters() {
        CompletableFuture<Boolean> trimmed = trim(OverflowPolicy.DEAD_LETTER, 12, "x");
        awaitSent(7);
        for (int i = 0; i < 6; i++) {
            assertThat(producer.completeNext()).isTrue();
        }
        assertThat(trimmed).isNotDone();
        assertThat(position()).as("a crash now repeats all").isEqualTo(Position.at(0));
        assertThat(producer.completeNext()).isTrue();
        assertThat(trimmed).succeedsWithin(PATIENCE).isEqualTo(true);
        assertThat(position()).isEqualTo(new Position(7, 12, 0, List.of(7L, 8L, 9L, 10L, 11L)));
        assertThat(counters.dead.sum()).isEqualTo(7);
    }

    @Test
    void aLongQueueIsNotGatheredInMemory() {
        int waiting = 20_000;
        CompletableFuture<Boolean> trimmed = trim(OverflowPolicy.DEAD_LETTER, waiting, "x");
        awaitSent(4_096);
        for (int i = 0; i < 100; i++) {
            assertThat(producer.completeNext()).isTrue();
        }
        awaitSent(4_196);
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> {
            boolean any = true;
            while (any) {
                any = producer.completeNext();
            }
            return trimmed.isDone();
        });
        assertThat(producer.history()).hasSize(waiting - KEPT);
        assertThat(position().low()).isEqualTo(waiting - KEPT);
    }

    @Test
    void largeMessagesTakeMoreOfTheRoom() {
        CompletableFuture<Boolean> trimmed = trim(OverflowPolicy.DEAD_LETTER, 100, "x".repeat(1 << 20));
        awaitSent(4);
        ended.set(true);
        assertThat(trimmed).succeedsWithin(PATIENCE).isEqualTo(false);
        assertThat(producer.history()).as("of one MiB each").hasSize(4);
    }

    @Test
    void aSessionThatEndsMeanwhileFindsAllAsItWas() {
        CompletableFuture<Boolean> trimmed = trim(OverflowPolicy.DEAD_LETTER, 12, "x");
        awaitSent(7);
        ended.set(true);
        assertThat(trimmed).succeedsWithin(PATIENCE).isEqualTo(false);
        assertThat(position()).isEqualTo(Position.at(0));
    }

    @Test
    void whatIsDroppedNeedsNobodysAnswer() {
        assertThat(trim(OverflowPolicy.DROP_OLDEST, 12, "x"))
                .succeedsWithin(PATIENCE)
                .isEqualTo(true);
        assertThat(position()).isEqualTo(new Position(7, 12, 0, List.of(7L, 8L, 9L, 10L, 11L)));
        assertThat(counters.dropped.sum()).isEqualTo(7);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void aQueueWithinItsBoundsStaysAsItIs() {
        assertThat(trim(OverflowPolicy.DEAD_LETTER, KEPT, "x"))
                .succeedsWithin(PATIENCE)
                .isEqualTo(true);
        assertThat(position()).isEqualTo(Position.at(0));
    }
}
