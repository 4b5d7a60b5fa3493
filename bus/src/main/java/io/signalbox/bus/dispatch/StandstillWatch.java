package io.signalbox.bus.dispatch;

import io.signalbox.bus.schedule.Scheduler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells handlers that block from handlers that are quick, by looking: events wait, none was taken for a millisecond,
 * and every worker is waiting for something (or, for what blocks without showing it, such as a read of a file, none was
 * taken for ten). Then the lane gets more workers, twice as many each time. Handlers that compute, or whose worker only
 * lacks a processor, stay with one worker, which needs no hand-over and keeps caches warm.
 */
final class StandstillWatch {
    private static final long LOOK_NANOS = 1_000_000;
    private static final int LOOKS_MAX = 10;

    private final EventLane lane;
    private final Workers workers;
    private final Scheduler scheduler;
    private final AtomicBoolean armed = new AtomicBoolean();
    private long takenAtLastLook;
    private int looksWithoutProgress;
    /** Changed when workers come and go, which is seldom; read by the look. */
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    StandstillWatch(EventLane lane, Workers workers, Scheduler scheduler) {
        this.lane = lane;
        this.workers = workers;
        this.scheduler = scheduler;
    }

    /** Something waits behind a worker. Hot path: one look at a flag that is set already. */
    void arm() {
        if (!armed.get() && armed.compareAndSet(false, true)) {
            takenAtLastLook = workers.takenEver();
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
        long taken = workers.takenEver();
        if (taken != takenAtLastLook) {
            looksWithoutProgress = 0;
        } else if (++looksWithoutProgress >= LOOKS_MAX || allWait()) {
            looksWithoutProgress = 0;
            workers.add();
        }
        takenAtLastLook = taken;
        lookLater();
    }

    private boolean allWait() {
        for (Thread worker : threads) {
            if (!scheduler.isWaiting(worker)) {
                return false;
            }
        }
        return true;
    }

    void started(Thread worker) {
        threads.add(worker);
    }

    void ended(Thread worker) {
        threads.remove(worker);
    }
}
