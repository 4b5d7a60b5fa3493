package io.signalbox.benchmarks.compare;

import io.signalbox.benchmarks.load.ProcessFigures;
import java.io.IOException;
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
    private volatile @Nullable Reading latest;
    private volatile @Nullable Exception trouble;

    /**
     * In mebibytes.
     *
     * @param heap used, garbage included
     * @param old of that, in the old generation
     */
    record Reading(double resident, double heap, double old) {}

    MemoryReadings(long pid, HeapMetrics metrics, double intervalSeconds) {
        this.pid = pid;
        this.metrics = metrics;
        long micros = (long) (intervalSeconds * 1e6);
        thread.scheduleWithFixedDelay(this::read, 0, micros, TimeUnit.MICROSECONDS);
    }

    private void read() {
        try {
            String text = metrics.read();
            latest = new Reading(
                    ProcessFigures.residentKib(pid) / 1024.0,
                    HeapMetrics.mib(text, ""),
                    HeapMetrics.mib(text, "Old Gen"));
        } catch (IOException | RuntimeException e) {
            trouble = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @throws IOException if the server did not answer, now or before */
    Reading latest() throws IOException {
        Exception failed = trouble;
        if (failed != null) {
            throw new IOException("no memory figures: " + failed.getMessage(), failed);
        }
        Reading reading = latest;
        if (reading == null) {
            throw new IOException("the server has not said yet how much memory it has");
        }
        return reading;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
