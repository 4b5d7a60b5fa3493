package io.signalbox.testkit;

import io.signalbox.transport.Lane;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A lane without a thread: tasks wait until the test runs them, one by one, on the test's own thread. Enqueueing is
 * thread safe; one thread at a time may run tasks.
 */
public final class ManualLane implements Lane {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private volatile @Nullable Thread runner;
    private @Nullable Consumer<? super Lane> afterTurn;
    private volatile boolean closed;

    @Override
    public boolean inLane() {
        return Thread.currentThread() == runner;
    }

    @Override
    public void execute(Runnable task) {
        if (closed) {
            throw new RejectedExecutionException("the lane takes no more");
        }
        synchronized (tasks) {
            tasks.addLast(task);
        }
    }

    /** What is asked for waits for {@link #endTurn}. */
    @Override
    public boolean afterTurn(Consumer<? super Lane> task) {
        if (afterTurn != null && afterTurn != task) {
            return false;
        }
        afterTurn = task;
        return true;
    }

    /**
     * Ends the lane's turn, as an event loop does between two looks at its sockets.
     *
     * @return whether something was asked for at its end, and has run
     */
    public boolean endTurn() {
        Consumer<? super Lane> task = afterTurn;
        afterTurn = null;
        if (task == null) {
            return false;
        }
        asRunner(() -> task.accept(this));
        return true;
    }

    /** Takes no more tasks. */
    public void close() {
        closed = true;
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
        asRunner(task);
        return true;
    }

    private void asRunner(Runnable task) {
        Thread before = runner;
        runner = Thread.currentThread();
        try {
            task.run();
        } finally {
            runner = before;
        }
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
