package io.signalbox.bus;

import io.signalbox.bus.schedule.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A machine whose processors are taken by others for a while: time passes, and tasks wait. */
final class HoldsBack implements Scheduler {
    private final Scheduler inner;
    private final List<Runnable> held = new ArrayList<>();
    private boolean holding;

    HoldsBack(Scheduler inner) {
        this.inner = inner;
    }

    void hold() {
        holding = true;
    }

    /** Runs what was held, one after the other. */
    void letGo() {
        holding = false;
        held.forEach(Runnable::run);
        held.clear();
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
        if (holding) {
            held.add(task);
        } else {
            inner.execute(task);
        }
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
