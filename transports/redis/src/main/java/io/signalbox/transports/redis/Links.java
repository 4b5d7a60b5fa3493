package io.signalbox.transports.redis;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The link that is there now; who needs one waits here. Thread safe. */
final class Links {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Link current;
    private volatile @Nullable ServerFacts facts;

    void set(@Nullable Link link) {
        lock.lock();
        try {
            current = link;
            if (link != null) {
                facts = link.facts();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    Link now() {
        lock.lock();
        try {
            return current;
        } finally {
            lock.unlock();
        }
    }

    /** Of the server that was last connected to; null before the first. */
    @Nullable
    ServerFacts facts() {
        return facts;
    }

    /**
     * Waits for a link.
     *
     * @param deadlineNanos of {@link System#nanoTime}
     * @param over asked now and then: need it be waited for any longer?
     * @return null if there is none by then
     */
    @Nullable
    Link await(long deadlineNanos, BooleanSupplier over) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (current == null && !over.getAsBoolean()) {
                long left = deadlineNanos - System.nanoTime();
                if (left <= 0) {
                    return null;
                }
                long waited = changed.awaitNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(20)));
                if (waited > left) {
                    return null;
                }
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    static SignalboxException away(String what, @Nullable Throwable cause) {
        String detail = "Redis did not answer: " + what;
        return cause == null
                ? new SignalboxException(ReasonCode.BUSY, detail)
                : new SignalboxException(ReasonCode.BUSY, detail + ": " + cause.getMessage(), cause);
    }
}
