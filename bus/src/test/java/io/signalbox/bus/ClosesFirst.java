package io.signalbox.bus;

import io.signalbox.bus.schedule.Scheduler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A machine on which a bus is closed just before the next task would have been started. */
final class ClosesFirst implements Scheduler {
    private final Scheduler inner;
    private final AtomicReference<@Nullable Bus> closing;

    /** @param closing the bus; null: not yet */
    ClosesFirst(Scheduler inner, AtomicReference<@Nullable Bus> closing) {
        this.inner = inner;
        this.closing = closing;
    }

    @Override
    public long nowMillis() {
        return inner.nowMillis();
    }

    @Override
    public long nanoTime() {
        return inner.nanoTime();
    }

    @Override
    public void execute(Runnable task) {
        Bus bus = closing.getAndSet(null);
        if (bus != null) {
            bus.close();
        }
        inner.execute(task);
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        return inner.schedule(task, delayNanos);
    }

    @Override
    public boolean await(CompletableFuture<?> condition, long timeoutNanos) throws InterruptedException {
        return inner.await(condition, timeoutNanos);
    }

    @Override
    public void close() {
        inner.close();
    }
}
