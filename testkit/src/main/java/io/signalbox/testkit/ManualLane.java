package io.signalbox.testkit;

import io.signalbox.transport.Lane;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A lane without a thread: tasks wait until the test runs them, one by one, on the test's own thread. Enqueueing is
 * thread safe; one thread at a time may run tasks.
 */
public final class ManualLane implements Lane {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private volatile @Nullable Thread runner;

    @Override
    public boolean inLane() {
        return Thread.currentThread() == runner;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (tasks) {
            tasks.addLast(task);
        }
    }

    /** Tasks that wait. */
    public int waiting() {
        synchronized (tasks) {
            return tasks.size();
        }
    }

    /**
     * Runs the oldest task.
     *
     * @return false if there was none
     */
    public boolean runNext() {
        Runnable task;
        synchronized (tasks) {
            task = tasks.pollFirst();
        }
        if (task == null) {
            return false;
        }
        Thread before = runner;
        runner = Thread.currentThread();
        try {
            task.run();
        } finally {
            runner = before;
        }
        return true;
    }

    /**
     * Runs tasks, also those that they enqueue, until none is left.
     *
     * @return how many ran
     */
    public int runAll() {
        int ran = 0;
        while (runNext()) {
            ran++;
        }
        return ran;
    }
}
