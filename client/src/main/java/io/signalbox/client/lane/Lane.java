package io.signalbox.client.lane;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the application things, one after the other, on a thread of its own. Whoever makes it tell more waits for room
 * first ({@link #awaitRoom}): what is to be told of that which is there already always finds a place. Any thread.
 */
public final class Lane implements Executor {
    private static final Logger LOGGER = LoggerFactory.getLogger(Lane.class);
    private static final int TASKS_MAX = 65_536;

    private final ThreadPoolExecutor executor;
    private final int tasksMax;
    private int waiting;
    private volatile @Nullable Thread thread;

    public Lane() {
        this(TASKS_MAX);
    }

    /** @param tasksMax that wait before it counts as full */
    public Lane(int tasksMax) {
        this.tasksMax = tasksMax;
        executor = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                this::thread,
                (what, over) -> Thread.startVirtualThread(what)); // After the end: somebody may still wait for it.
    }

    private Thread thread(Runnable work) {
        Thread made = Thread.ofPlatform().daemon().name("signalbox-client-lane").unstarted(work);
        thread = made;
        return made;
    }

    /** An application that throws must not end the thread that others wait for. */
    @Override
    public void execute(Runnable what) {
        synchronized (this) {
            waiting++;
        }
        executor.execute(() -> {
            try {
                what.run();
            } catch (RuntimeException e) {
                LOGGER.error("the application threw when it was told something", e);
            } finally {
                told();
            }
        });
    }

    private synchronized void told() {
        waiting--;
        notifyAll();
    }

    /** Whether the caller is being told something: what waits for the lane there waits for itself. */
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    public synchronized boolean isFull() {
        return waiting >= tasksMax;
    }

    /** Waits until it is not full; not on its own thread. @return false: there was no room in time */
    public boolean awaitRoom(long timeoutMillis) throws InterruptedException {
        if (isCurrent()) {
            return true;
        }
        long deadline = System.nanoTime() + timeoutMillis * 1_000_000;
        synchronized (this) {
            while (waiting >= tasksMax) {
                long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
                if (leftMillis <= 0) {
                    return false;
                }
                wait(leftMillis);
            }
        }
        return true;
    }

    /** Tells what is left, and ends. */
    public void close(Duration patience) {
        executor.shutdown();
        if (isCurrent()) {
            return;
        }
        try {
            if (!executor.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                LOGGER.warn("the application is still busy with what it was told last");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
