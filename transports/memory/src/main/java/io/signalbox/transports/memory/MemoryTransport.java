package io.signalbox.transports.memory;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.Broker;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.error.ReasonCode;
import io.signalbox.log.Log;
import io.signalbox.log.LogConfig;
import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import io.signalbox.transport.Health;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A transport for tests, with every capability: the embedded broker on a disk in memory. What is published and what is
 * delivered is in {@link #capture()}; {@link #faults()} makes it fail. What it promises, it promises the memory: SYNCED
 * means that a test's {@code crash} leaves it.
 */
public final class MemoryTransport implements Transport {
    private static final int RECORD_BYTES_MAX = 4 << 20;
    private static final int SEGMENT_BYTES = 256 << 10;

    private final Broker broker;
    private final Capture capture = new Capture();
    private final Faults faults = new Faults();

    private MemoryTransport(Broker broker) {
        this.broker = broker;
    }

    public static MemoryTransport open() {
        return open(new SimulatedFileStore(), TimeSource.monotonic());
    }

    /** On a clock that the test moves. */
    public static MemoryTransport open(TimeSource time) {
        return open(new SimulatedFileStore(), time);
    }

    /** On a disk that outlives it: open again on the same store, or on what its {@code afterKill} gives. */
    public static MemoryTransport open(SimulatedFileStore store, TimeSource time) {
        LogConfig log = LogConfig.defaults(Path.of("memory"))
                .withSegmentBytes(SEGMENT_BYTES)
                .withRecordBytesMax(RECORD_BYTES_MAX);
        try {
            return new MemoryTransport(EmbeddedBroker.open(
                    BrokerConfig.DEFAULT, Log.open(log, store), RECORD_BYTES_MAX, Authorizer.ALLOW_ALL, time));
        } catch (IOException e) {
            throw new UncheckedIOException("a disk in memory cannot be opened", e);
        }
    }

    public Capture capture() {
        return capture;
    }

    public Faults faults() {
        return faults;
    }

    /** What an operator sees of it: sessions, dead letters, counts. */
    public Broker broker() {
        return broker;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Capabilities capabilities() {
        return broker.capabilities();
    }

    @Override
    public Health health() {
        String down = faults.whyDown();
        return down == null ? broker.health() : new Health(Health.Status.DOWN, "down on purpose: " + down);
    }

    @Override
    public Guarantees guarantees() {
        Guarantees of = Guarantees.of(capabilities());
        return new Guarantees(
                capabilities().durability() + ": on a disk in memory, of which a test keeps what a crash would leave",
                of.order(),
                of.duplicates() + "; and as often as its faults are told",
                "the process ends",
                of.retention());
    }

    /** How the broker is asked to publish: for itself, or for a session. */
    @FunctionalInterface
    interface Asking {
        void publish(PublishCallback answer, long number);
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        publish(null, message, (answer, number) -> broker.publish(message, answer, number), callback, context);
    }

    void publish(@Nullable String session, Message message, Asking asking, PublishCallback callback, long context) {
        capture.add(new Publication(session, message, System.nanoTime()));
        Refusal refusal = faults.refusesPublish();
        if (refusal != null) {
            faults.answer(() -> callback.refused(context, refusal));
            return;
        }
        asking.publish(
                faults.fate() == Faults.Fate.ANSWER_LOST ? PublishCallback.IGNORE : new Answering(faults, callback),
                context);
    }

    private record Answering(Faults faults, PublishCallback callback) implements PublishCallback {
        @Override
        public void published(long context, Outcome outcome, Durability reached, long sequence) {
            faults.answer(() -> callback.published(context, outcome, reached, sequence));
        }

        @Override
        public void refused(long context, Refusal refusal) {
            faults.answer(() -> callback.refused(context, refusal));
        }
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        if (faults.whyDown() != null) {
            Refusal refusal = new Refusal(ReasonCode.BUSY, "down on purpose: " + faults.whyDown());
            return CompletableFuture.failedFuture(refusal.toException());
        }
        return broker.open(options, lane, new CapturingSubscriber(options.name(), subscriber, capture))
                .<Session>thenApply(session -> new MemorySession(session, this));
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        String down = faults.whyDown();
        if (down != null) {
            return CompletableFuture.failedFuture(
                    new Refusal(ReasonCode.BUSY, "down on purpose: " + down).toException());
        }
        return broker.read(request, visitor);
    }

    @Override
    public void close() {
        broker.close();
    }
}
