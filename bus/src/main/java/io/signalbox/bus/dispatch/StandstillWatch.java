package io.signalbox.bus.dispatch;

import io.signalbox.bus.schedule.Scheduler;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells handlers that block from handlers that are quick, by looking: events wait, and none was taken for a
 * millisecond. Then the lane gets more workers, twice as many each time. Handlers that compute move on between two
 * looks and stay with one worker, which needs no hand-over and keeps caches warm.
 */
final class StandstillWatch {
    private static final long LOOK_NANOS = 1_000_000;

    private final EventLane lane;
    private final Scheduler scheduler;
    private final AtomicBoolean armed = new AtomicBoolean();
    private long takenAtLastLook;

    StandstillWatch(EventLane lane, Scheduler scheduler) {
        this.lane = lane;
        this.scheduler = scheduler;
    }

    /** Something waits behind a worker. Hot path: one look at a flag that is set already. */
    void arm() {
        if (!armed.get() && armed.compareAndSet(false, true)) {
            takenAtLastLook = lane.takenEver();
            lookLater();
        }
    }

    private void lookLater() {
        try {
            scheduler.schedule(this::look, LOOK_NANOS);
        } catch (RejectedExecutionException closed) {
            armed.set(false);
        }
    }

    private void look() {
        if (!lane.hasWaiting()) {
            armed.set(false);
            if (lane.hasWaiting()) {
                arm();
            }
            return;
        }
        long taken = lane.takenEver();
        if (taken == takenAtLastLook) {
            lane.addWorkers();
        }
        takenAtLastLook = taken;
        lookLater();
    }
}
