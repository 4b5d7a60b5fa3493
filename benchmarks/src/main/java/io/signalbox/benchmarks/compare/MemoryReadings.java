package io.signalbox.benchmarks.compare;

import io.signalbox.benchmarks.load.ProcessFigures;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server again and again how much memory it has, on a thread of its own: the load generator's would be late by as
 * long as the answer takes.
 */
final class MemoryReadings implements AutoCloseable {
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().factory());
    private final long pid;
    private final HeapMetrics metrics;
    private final long intervalNanos;
    private volatile @Nullable Reading latest;
    private volatile @Nullable Exception trouble;

    /**
     * In mebibytes.
     *
     * @param atNanos when it was asked for
     * @param heap used, garbage included
     * @param old of that, in the old generation
     * @param descriptors that are open
     */
    record Reading(long atNanos, double resident, double heap, double old, int descriptors) {}

    MemoryReadings(long pid, HeapMetrics metrics, double intervalSeconds) {
        this.pid = pid;
        this.metrics = metrics;
        this.intervalNanos = (long) (intervalSeconds * 1e9);
        thread.scheduleWithFixedDelay(this::read, 0, intervalNanos, TimeUnit.NANOSECONDS);
    }

    private void read() {
        try {
            long now = System.nanoTime();
            String text = metrics.read();
            latest = new Reading(
                    now,
                    ProcessFigures.residentKib(pid) / 1024.0,
                    HeapMetrics.mib(text, ""),
                    HeapMetrics.mib(text, "Old Gen"),
                    ProcessFigures.descriptors(pid));
        } catch (IOException | RuntimeException e) {
            trouble = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @throws IOException if the server did not answer, now or before, or has not for two intervals */
    Reading latest(long nowNanos) throws IOException {
        Exception failed = trouble;
        if (failed != null) {
            throw new IOException("no memory figures: " + failed.getMessage(), failed);
        }
        Reading reading = latest;
        if (reading == null) {
            throw new IOException("the server has not said yet how much memory it has");
        }
        long ageNanos = nowNanos - reading.atNanos();
        if (ageNanos > 2 * intervalNanos) {
            // What nobody measures any more would be flat for ever.
            throw new IOException(String.format(
                    Locale.ROOT,
                    "the last memory figures are %.1f s old, at an interval of %.1f s",
                    ageNanos / 1e9,
                    intervalNanos / 1e9));
        }
        return reading;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
