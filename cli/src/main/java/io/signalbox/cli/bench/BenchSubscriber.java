package io.signalbox.cli.bench;

import io.signalbox.cli.link.Incoming;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.HdrHistogram.Recorder;

/** Takes what arrives at one connection; called by that connection's thread alone. */
final class BenchSubscriber implements Consumer<Incoming> {
    private final Recorder latency;
    private final LongAdder received;
    private final long[] next;
    private volatile long duplicates;
    private volatile long skipped;

    BenchSubscriber(int publishers, Recorder latency, LongAdder received) {
        this.latency = latency;
        this.received = received;
        this.next = new long[publishers];
    }

    @Override
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
    public void accept(Incoming message) {
        byte[] payload = message.payload();
        message.acknowledge().run();
        if (payload.length < Stamp.BYTES || Stamp.publisher(payload) >= next.length) {
            return; // somebody else's
        }
        latency.recordValue(Math.max(0, System.nanoTime() - Stamp.nanos(payload)));
        received.increment();
        int publisher = Stamp.publisher(payload);
        long sequence = Stamp.sequence(payload);
        if (sequence < next[publisher]) {
            duplicates++;
            return;
        }
        skipped += sequence - next[publisher];
        next[publisher] = sequence + 1;
    }

    /** Messages that had come before, or after a later one. */
    long duplicates() {
        return duplicates;
    }

    /** Messages that a later one came without. */
    long skipped() {
        return skipped;
    }
}
