package io.signalbox.transports.rabbitmq;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs what the client library has for consumers: a block of up to 256 deliveries of one channel is one task, on a virtual
 * thread. Whoever is called in such a block can leave something for its end, so that what came together can be handed on
 * together, and waking somebody is paid once.
 */
final class Dispatch extends AbstractExecutorService {
    private static final ThreadLocal<@Nullable Queue<Runnable>> END = new ThreadLocal<>();

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Runs it when the block that this thread is in is done; at once if it is in none. */
    static void atEnd(Runnable task) {
        Queue<Runnable> end = END.get();
        if (end == null) {
            task.run();
        } else {
            end.add(task);
        }
    }

    @Override
    public void execute(Runnable block) {
        threads.execute(() -> run(block));
    }

    private static void run(Runnable block) {
        Queue<Runnable> end = new ArrayDeque<>();
        END.set(end);
        try {
            block.run();
        } finally {
            for (Runnable task = end.poll(); task != null; task = end.poll()) {
                task.run();
            }
        }
    }

    @Override
    public void shutdown() {
        threads.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return threads.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return threads.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return threads.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return threads.awaitTermination(timeout, unit);
    }
}
