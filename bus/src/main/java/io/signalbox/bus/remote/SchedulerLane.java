package io.signalbox.bus.remote;

import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.transport.Lane;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks one after the other, on whatever thread the scheduler gives. A task that throws is reported and does not stop
 * the next. Bounded by what is under way: a transport hands over no more than the session's credit.
 */
final class SchedulerLane implements Lane {
    private static final Logger LOG = LoggerFactory.getLogger(SchedulerLane.class);

    private final Scheduler scheduler;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile @Nullable Thread runner;
    private volatile boolean closed;

    SchedulerLane(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public boolean inLane() {
        return runner == Thread.currentThread();
    }

    @Override
    public void execute(Runnable task) {
        if (closed) {
            throw new RejectedExecutionException("the bus is closed");
        }
        tasks.add(task);
        if (waiting.getAndIncrement() == 0) {
            try {
                scheduler.execute(this::run);
            } catch (RejectedExecutionException ended) {
                closed = true;
                throw ended;
            }
        }
    }

    private void run() {
        do {
            Runnable task = tasks.poll();
            if (task != null) {
                run(task);
            }
        } while (waiting.decrementAndGet() > 0);
    }

    private void run(Runnable task) {
        runner = Thread.currentThread();
        try {
            task.run();
        } catch (Throwable fault) {
            LOG.error("a task of the link met a fault of its own; the link goes on", fault);
        } finally {
            // Before it is counted as done: from then on another thread may be the runner.
            runner = null;
        }
    }
}
