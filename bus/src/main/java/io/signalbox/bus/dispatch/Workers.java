package io.signalbox.bus.dispatch;

import io.signalbox.bus.context.Frame;
import io.signalbox.bus.queue.BoundedQueue;
import io.signalbox.bus.queue.Taken;
import io.signalbox.bus.schedule.Scheduler;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Those who empty the queue of a lane: none while it is empty, one while its handlers are quick, more if they block. */
final class Workers {
    /**
     * How often a worker that finds nothing looks again before it leaves: for some ten microseconds, about what it costs
     * to start another and to wake a processor for it. So waiting costs at most twice what it may save.
     */
    private static final int LOOKS_BEFORE_LEAVING = 36;

    private static final int PAUSES_MAX = 32;

    private final EventLane lane;
    private final BoundedQueue<Object> queue;
    private final int countMax;
    private final Scheduler scheduler;
    private final StandstillWatch watch;
    private final AtomicInteger count = new AtomicInteger();

    Workers(EventLane lane, BoundedQueue<Object> queue, int countMax, Scheduler scheduler) {
        this.lane = lane;
        this.queue = queue;
        this.countMax = countMax;
        this.scheduler = scheduler;
        watch = new StandstillWatch(lane, this, scheduler);
    }

    /** Something was put into the queue. */
    void wake() {
        int now = count.get();
        if (now == 0) {
            if (count.compareAndSet(0, 1)) {
                start();
            }
        } else if (now < countMax) {
            watch.arm();
        }
    }

    private void start() {
        try {
            scheduler.execute(this::work);
        } catch (RejectedExecutionException closed) {
            count.decrementAndGet();
        }
    }

    /** Adds workers, at most as many as there are, as long as the bound of concurrency allows it. */
    void add() {
        for (int wanted = Math.min(count.get(), queue.sizeInRing()); wanted > 0; wanted--) {
            int now = count.get();
            if (now >= countMax) {
                return;
            }
            if (count.compareAndSet(now, now + 1)) {
                start();
            }
        }
    }

    /** Changes whenever anything is taken. */
    long takenEver() {
        return queue.takenEver();
    }

    private void work() {
        Thread self = Thread.currentThread();
        watch.started(self);
        boolean empty = false;
        try {
            Frame.serve(this::work);
            empty = true;
        } finally {
            watch.ended(self);
            if (!empty) {
                // Something of the bus's own broke (memory, most likely): whoever threw is told by his thread, and
                // the lane goes on with another worker.
                count.decrementAndGet();
                if (!queue.isEmpty()) {
                    wake();
                }
            }
        }
    }

    private void work(Frame frame) {
        Taken taken = new Taken();
        while (true) {
            Object next = next(taken);
            if (next != null) {
                lane.serve(next, taken, frame);
                if (!scheduler.callerRuns()) {
                    // What a handler left behind is not the next one's.
                    Thread.interrupted();
                }
                continue;
            }
            count.decrementAndGet();
            if (queue.isEmpty() || !count.compareAndSet(0, 1)) {
                return;
            }
        }
    }

    /** Null: nothing is there, and for the last worker: nothing came either while it waited. */
    private @Nullable Object next(Taken taken) {
        Object next = queue.poll(taken);
        if (next != null || scheduler.callerRuns() || count.get() > 1) {
            return next;
        }
        int pauses = 1;
        for (int looks = 0; next == null && looks < LOOKS_BEFORE_LEAVING; looks++) {
            // Not at every moment: each look takes the cache line from the publisher who is writing to it.
            for (int i = 0; i < pauses; i++) {
                Thread.onSpinWait();
            }
            pauses = Math.min(2 * pauses, PAUSES_MAX);
            next = queue.poll(taken);
        }
        return next;
    }
}
