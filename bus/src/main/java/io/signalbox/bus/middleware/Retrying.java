package io.signalbox.bus.middleware;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.retry.RetryPolicy;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Tries what lies behind it again at once, on the same thread: for failures that pass in a moment, such as a lost race
 * for a row. Not for a rejection that names a time beyond the policy's longest delay. What should wait longer is better given to the bus, whose retries hold no thread and keep the order of
 * keys: {@code builder.events(type, s -> s.withRetry(policy))}.
 */
public final class Retrying implements CommandMiddleware<Object>, EventMiddleware<Object> {
    private final RetryPolicy policy;
    private final Pause pause;

    /** Waits between two attempts. */
    @FunctionalInterface
    public interface Pause {
        void nanos(long nanos) throws InterruptedException;
    }

    public Retrying(RetryPolicy policy) {
        this(policy, TimeUnit.NANOSECONDS::sleep);
    }

    public Retrying(RetryPolicy policy, Pause pause) {
        this.policy = policy;
        this.pause = pause;
    }

    @Override
    public CommandResult<?> around(CommandCall<Object> call, CommandChain<Object> next) throws Exception {
        for (int attempts = 1; ; attempts++) {
            try {
                return next.proceed(call);
            } catch (Exception error) {
                waitOrThrow(attempts, error);
            }
        }
    }

    @Override
    public void around(EventCall<Object> call, EventChain<Object> next) throws Exception {
        for (int attempts = 1; ; attempts++) {
            try {
                next.proceed(call);
                return;
            } catch (Exception error) {
                waitOrThrow(attempts, error);
            }
        }
    }

    private void waitOrThrow(int attempts, Exception error) throws Exception {
        boolean rejected = error instanceof RejectedMessageException r
                && (r.retryAfter() == null || r.retryAfter().compareTo(policy.maxDelay()) > 0);
        if (rejected || error instanceof InterruptedException || !policy.retries(attempts, error)) {
            throw error;
        }
        RandomGenerator random = ThreadLocalRandom.current();
        long delayNanos = RejectedMessageException.notBefore(policy.delayNanos(attempts, random), error);
        if (delayNanos > 0) {
            pause.nanos(delayNanos);
        }
    }
}
