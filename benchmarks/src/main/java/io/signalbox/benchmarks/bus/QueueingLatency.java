package io.signalbox.benchmarks.bus;

import io.signalbox.benchmarks.bus.peer.AsyncPeer;
import io.signalbox.benchmarks.bus.peer.Peer;
import io.signalbox.benchmarks.bus.peer.Tick;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;

/**
 * How long an event of one publisher is on its way to its handler, at half of what its bus can do. First the greatest
 * rate is found with a closed loop; then an open loop: event k is due at start + k / rate and carries <em>that</em>
 * time, so that a stall of the bus, or of the publisher, shows in every event that it delays. Each event is measured.
 */
final class QueueingLatency {
    private static final int ON_THE_WAY_MAX = 4_096;
    /** Many times what is ever on its way, so none is used again before it was handled. */
    private static final int TICKS = 1 << 16;

    private static final long HIGHEST_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final AsyncPeer peer;
    private final long phaseNanos;
    private final Backlog backlog = new Backlog(1);
    private final Credit credit = new Credit(backlog, 0, ON_THE_WAY_MAX);
    private final Tick[] ticks = new Tick[TICKS];
    private int used;
    private volatile Histogram waited = fresh();

    /** @param millis that each phase lasts */
    QueueingLatency(AsyncPeer peer, long millis) {
        this.peer = peer;
        this.phaseNanos = TimeUnit.MILLISECONDS.toNanos(millis);
        Arrays.setAll(ticks, i -> new Tick(0));
    }

    private static Histogram fresh() {
        return new AtomicHistogram(HIGHEST_NANOS, 3);
    }

    /** @param ratePerSecond of the open loop: half of what the closed loop reached */
    record Result(double ratePerSecond, Histogram nanos) {}

    Result measure() {
        try (Peer bus = peer.start(this::handle, 1)) {
            closedLoop(bus);
            double rate = closedLoop(bus) / 2;
            openLoop(bus, rate);
            waited = fresh();
            openLoop(bus, rate);
            return new Result(rate, waited);
        }
    }

    private Tick next() {
        return ticks[used++ & (TICKS - 1)];
    }

    private void handle(Tick tick) {
        waited.recordValue(Math.clamp(System.nanoTime() - tick.dueNanos(), 0, HIGHEST_NANOS));
        backlog.count(tick);
    }

    /** Events a second. */
    private double closedLoop(Peer bus) {
        long before = credit.published();
        long start = System.nanoTime();
        long now = start;
        while (now - start < phaseNanos) {
            credit.take();
            bus.publish(next().due(now));
            now = System.nanoTime();
        }
        credit.awaitAll(peer.name());
        return (credit.published() - before) * 1e9 / (System.nanoTime() - start);
    }

    private void openLoop(Peer bus, double ratePerSecond) {
        double gapNanos = 1e9 / ratePerSecond;
        long count = (long) (phaseNanos / gapNanos);
        long start = System.nanoTime();
        long now = start;
        for (long k = 0; k < count; k++) {
            long due = start + (long) (k * gapNanos);
            while (now < due) {
                Thread.onSpinWait();
                now = System.nanoTime();
            }
            credit.take();
            bus.publish(next().due(due));
            now = System.nanoTime();
        }
        credit.awaitAll(peer.name());
    }

    /** One peer in this JVM: name, milliseconds of a phase, runs. A line for each run, in microseconds. */
    public static void main(String[] arguments) {
        AsyncPeer peer = AsyncPeer.valueOf(arguments[0]);
        for (int run = 0; run < Integer.parseInt(arguments[2]); run++) {
            Result result = new QueueingLatency(peer, Long.parseLong(arguments[1])).measure();
            System.out.printf(
                    Locale.ROOT,
                    "%s %.0f %.2f %.2f %.2f %.2f%n",
                    peer,
                    result.ratePerSecond(),
                    result.nanos().getValueAtPercentile(50) / 1e3,
                    result.nanos().getValueAtPercentile(99) / 1e3,
                    result.nanos().getValueAtPercentile(99.9) / 1e3,
                    result.nanos().getMaxValue() / 1e3);
        }
    }
}
