package io.signalbox.broker.journal;

import static org.awaitility.Awaitility.await;

import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.admission.Deduplication;
import io.signalbox.broker.history.HistoryBudget;
import io.signalbox.broker.record.RecordType;
import io.signalbox.broker.routing.Router;
import io.signalbox.log.Log;
import io.signalbox.log.LogConfig;
import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A journal on a disk in memory, without a broker around it. */
final class JournalFixture implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final int SEGMENT_BYTES = 256 * 1024;
    static final int RECORD_BYTES_MAX = 3 << 20;

    final SimulatedFileStore store = new SimulatedFileStore();
    final Router router = new Router(BrokerConfig.DEFAULT, new HistoryBudget(1 << 20));
    final Deduplication deduplication = new Deduplication(60_000, 1_000);
    final Log log;
    final Journal journal;

    JournalFixture() throws IOException {
        log = Log.open(
                LogConfig.defaults(Path.of("simulated"))
                        .withSegmentBytes(SEGMENT_BYTES)
                        .withRecordBytesMax(RECORD_BYTES_MAX)
                        .withBatchBytesMax(8 << 20)
                        .withProbeInterval(Duration.ofMillis(10)),
                store);
        journal = new Journal(log, router, TimeSource.monotonic(), deduplication, 0);
    }

    static Message message(String topic) {
        return Message.to(Topic.ofMqtt(topic))
                .payload("x")
                .guarantee(Guarantee.AT_LEAST_ONCE)
                .build();
    }

    /** A note that says its number, of at least so many bytes. */
    void note(int number, int bytes) {
        journal.note(RecordType.SETTLED, payload(number, bytes), null);
    }

    /** As the other, and waits until it is on disk. */
    void noteAndAwait(int number) throws InterruptedException {
        CountDownLatch durable = new CountDownLatch(1);
        journal.note(RecordType.SETTLED, payload(number, 1), durable::countDown);
        if (!durable.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("note " + number + " is not on disk after " + PATIENCE);
        }
    }

    private static byte[] payload(int number, int bytes) {
        byte[] payload = new byte[bytes];
        payload[0] = (byte) number;
        return payload;
    }

    /** Until all that was posted before has had its turn. */
    void awaitTurn() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        journal.control(done, () -> done.complete(null));
        done.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** What is posted meanwhile comes into one batch. */
    void inOneBatch(Runnable posting) {
        CountDownLatch posted = new CountDownLatch(1);
        journal.inPassing(() -> {
            try {
                if (!posted.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new AssertionError("nothing was posted");
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        try {
            posting.run();
        } finally {
            posted.countDown();
        }
    }

    /** No file can grow, and none be made; what fits into the segment that is there does. */
    void fillDisk() {
        store.capacity(0);
    }

    void awaitHealth(boolean healthy) {
        await().atMost(PATIENCE).until(() -> log.health().healthy() == healthy);
    }

    /** The numbers of the notes, as the log has them. */
    List<Integer> logged() throws IOException {
        List<Integer> numbers = new ArrayList<>();
        log.scan(log.startPosition(), log.endPosition(), entry -> {
            if (entry.type() == RecordType.SETTLED) {
                numbers.add((int) entry.array()[entry.offset()]);
            }
            return true;
        });
        return numbers;
    }

    @Override
    public void close() throws IOException {
        journal.close();
        log.close();
    }
}
