package io.signalbox.testkit;

import io.signalbox.transport.Lane;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A lane with a thread of its own. Tasks that throw do not end it; {@link #failures()} keeps what they threw. */
public final class TestLane implements Lane, AutoCloseable {
    private final ExecutorService executor;
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private volatile @Nullable Thread thread;

    public TestLane(String name) {
        executor = Executors.newSingleThreadExecutor(task -> {
            Thread t = Thread.ofPlatform().daemon().name("lane-" + name).unstarted(task);
            thread = t;
            return t;
        });
    }

    @Override
    public boolean inLane() {
        return Thread.currentThread() == thread;
    }

    /** @throws java.util.concurrent.RejectedExecutionException after {@link #close()} */
    @Override
    public void execute(Runnable task) {
        executor.execute(() -> {
            try {
                task.run();
            } catch (Throwable t) {
                failures.add(t);
            }
        });
    }

    /** What tasks threw, in order. */
    public List<Throwable> failures() {
        return List.copyOf(failures);
    }

    /** Holds the lane up until the latch is at zero: a consumer that hangs. */
    public void block(CountDownLatch until) {
        execute(() -> {
            try {
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
