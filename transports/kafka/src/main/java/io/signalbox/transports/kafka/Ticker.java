package io.signalbox.transports.kafka;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done every now and then, one after the other on a virtual thread; nothing of it blocks. */
final class Ticker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("kafka-ticker").factory());

    /** For what is done once, later. */
    ScheduledExecutorService executor() {
        return executor;
    }

    void every(Duration period, Runnable task) {
        Runnable whole = () -> {
            try {
                task.run();
            } catch (RuntimeException e) { // or it would have been the last time
                LOG.error("a task of every {} failed", period, e);
            }
        };
        executor.scheduleWithFixedDelay(whole, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
