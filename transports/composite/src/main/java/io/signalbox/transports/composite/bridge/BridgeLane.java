package io.signalbox.transports.composite.bridge;

import io.signalbox.transport.Lane;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bridge's own thread, which owns its state. */
final class BridgeLane implements Lane {
    private static final Logger LOGGER = LoggerFactory.getLogger(BridgeLane.class);

    private final ScheduledThreadPoolExecutor executor;
    private volatile @Nullable Thread thread;

    BridgeLane(String name) {
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread t = Thread.ofPlatform().daemon().name("bridge-" + name).unstarted(task);
            thread = t;
            return t;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public boolean inLane() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(() -> run(task));
    }

    /**
     * At once, if this is the lane: what comes after it is enqueued already, perhaps.
     *
     * @param closed runs on the caller's thread instead, when the lane has ended
     */
    void executeOr(Runnable task, Runnable closed) {
        try {
            if (inLane()) {
                task.run();
            } else {
                execute(task);
            }
        } catch (RejectedExecutionException e) {
            LOGGER.debug("a bridge is closed; what comes for it is too late", e);
            closed.run();
        }
    }

    void later(long delayMillis, Runnable task) {
        executor.schedule(() -> run(task), delayMillis, TimeUnit.MILLISECONDS);
    }

    /** Errors too: the executor would keep them to itself. */
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOGGER.error("a task of {} failed", Thread.currentThread().getName(), e);
        }
    }

    /** Runs what was handed over, not what was to come later, and ends. */
    void close() {
        executor.shutdown();
        try {
            executor.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
