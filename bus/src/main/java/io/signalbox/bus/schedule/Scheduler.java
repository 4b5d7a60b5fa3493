package io.signalbox.bus.schedule;

import java.util.concurrent.CompletableFuture;

/**
 * All threads and all time of a bus. The bus starts no thread and reads no clock but through this; a simulation that
 * gives its own decides every order and every delay. Thread safe.
 */
public interface Scheduler extends AutoCloseable {
    /** Epoch milliseconds that never go back; may lag by about two milliseconds, since the hot path asks. */
    long nowMillis();

    /** For durations; its zero means nothing. */
    long nanoTime();

    /**
     * Runs a task soon, concurrently with the caller unless {@link #callerRuns()}. The task may block.
     *
     * @throws java.util.concurrent.RejectedExecutionException once closed
     */
    void execute(Runnable task);

    /** Runs a task after a delay. The task may block. */
    Timer schedule(Runnable task, long delayNanos);

    /**
     * Blocks the caller until the condition is complete.
     *
     * @param timeoutNanos {@link Long#MAX_VALUE}: for ever
     * @return false if time was up first
     */
    boolean await(CompletableFuture<?> condition, long timeoutNanos) throws InterruptedException;

    /** Does {@link #execute} run the task before it returns? */
    default boolean callerRuns() {
        return false;
    }

    /** Runs nothing more. */
    @Override
    void close();

    /** One delayed task. */
    interface Timer {
        /** It does not run any more, unless it has begun. */
        void cancel();
    }
}
