package io.signalbox.transports.rabbitmq;

import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes acknowledgements to one connection on a thread of its own, since a socket may block and a lane must not. Each
 * session has at most one task here, which bounds the queue.
 */
final class Writer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final Runnable END = () -> {};

    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Thread thread;

    Writer(String name) {
        thread = Thread.ofVirtual().name(name).start(this::run);
    }

    void execute(Runnable task) {
        tasks.add(task);
    }

    private void run() {
        try {
            for (Runnable task = tasks.take(); task != END; task = tasks.take()) {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.error("writing acknowledgements", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What was handed in before is done. */
    @Override
    public void close() {
        tasks.add(END);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
