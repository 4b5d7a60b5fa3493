package io.signalbox.transports.composite;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that looks after a composite ten times a second. */
final class Pulse {
    private static final Logger LOGGER = LoggerFactory.getLogger(Pulse.class);
    private static final long PERIOD_MILLIS = 100;

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    Pulse(String name, Runnable beat) {
        thread = Thread.ofPlatform().daemon().name("composite-" + name).unstarted(() -> run(beat));
    }

    void start() {
        thread.start();
    }

    private void run(Runnable beat) {
        try {
            while (!stopped.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
                try {
                    beat.run();
                } catch (RuntimeException e) {
                    LOGGER.error("{} failed and goes on", thread.getName(), e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void stop() {
        stopped.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
