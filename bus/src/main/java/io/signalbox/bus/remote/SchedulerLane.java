package io.signalbox.bus.remote;

import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.transport.Lane;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Tasks one after the other, on whatever thread the scheduler gives. Bounded by what is under way: a transport hands
 * over no more than the session's credit.
 */
final class SchedulerLane implements Lane {
    private final Scheduler scheduler;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile @Nullable Thread runner;

    SchedulerLane(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public boolean inLane() {
        return runner == Thread.currentThread();
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (waiting.getAndIncrement() == 0) {
            scheduler.execute(this::run);
        }
    }

    private void run() {
        runner = Thread.currentThread();
        try {
            do {
                Runnable task = tasks.poll();
                if (task != null) {
                    task.run();
                }
            } while (waiting.decrementAndGet() > 0);
        } finally {
            runner = null;
        }
    }
}
