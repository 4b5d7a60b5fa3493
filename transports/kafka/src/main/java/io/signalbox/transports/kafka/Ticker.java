package io.signalbox.transports.kafka;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node does every so often, on one virtual thread. */
final class Ticker {
    private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("kafka-ticker").factory());

    void every(long millis, Runnable task) {
        Runnable whole = () -> {
            try {
                task.run();
            } catch (RuntimeException e) { // or it would have been the last time
                LOG.error("a task of every {} ms failed", millis, e);
            }
        };
        executor.scheduleWithFixedDelay(whole, millis, millis, TimeUnit.MILLISECONDS);
    }

    ScheduledExecutorService executor() {
        return executor;
    }

    /** What has not begun by now does not begin any more. */
    void close() {
        executor.shutdownNow();
    }
}
