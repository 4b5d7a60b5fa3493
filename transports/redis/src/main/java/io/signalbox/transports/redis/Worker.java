package io.signalbox.transports.redis;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transports.connection.Backoff;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that owns what sessions are on the server: opens, subscribes, takes, settles, in the order it was asked.
 * What fails for a lost connection is tried again.
 */
final class Worker {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private static final Runnable WAKE_UP = () -> {};

    private final Links links;
    private final Duration askTimeout;
    private final Runnable idle;
    private final long idleNanos;
    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean halted;

    /** Work over a link; may be run again on another. */
    @FunctionalInterface
    interface Work<T> {
        T run(Link link) throws InterruptedException, TimeoutException;
    }

    /** A question with the future that hears its answer, which it does in any case. */
    private final class Question<T> implements Runnable {
        private final Work<T> work;
        private final Consumer<T> before;
        private final CompletableFuture<T> answer = new CompletableFuture<>();

        Question(Work<T> work, Consumer<T> before) {
            this.work = work;
            this.before = before;
        }

        @Override
        public void run() {
            try {
                T result = retrying(work, System.nanoTime() + askTimeout.toNanos());
                before.accept(result);
                answer.complete(result);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                abandon();
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        }

        void abandon() {
            answer.completeExceptionally(closed());
        }
    }

    /** @param idle run every so often, between tasks */
    Worker(Links links, Duration askTimeout, Runnable idle, Duration idleEvery) {
        this.links = links;
        this.askTimeout = askTimeout;
        this.idle = idle;
        idleNanos = Math.max(1_000_000, idleEvery.toNanos());
        thread = Thread.ofPlatform().daemon().name("redis-worker").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        long nextIdle = System.nanoTime();
        try {
            while (!halted) {
                long waitNanos = Math.max(0, nextIdle - System.nanoTime());
                Runnable task = tasks.poll(closing ? 0 : waitNanos, TimeUnit.NANOSECONDS);
                if (task != null) {
                    guarded(task);
                } else if (closing) {
                    return;
                }
                if (!closing && System.nanoTime() - nextIdle >= 0) {
                    guarded(idle);
                    nextIdle = System.nanoTime() + idleNanos;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) { // without its worker the transport would look well, and do nothing
            LOG.error("a task of the redis worker failed", e);
        }
    }

    /** In its turn. */
    void execute(Runnable task) {
        if (!halted) {
            tasks.add(task);
        }
    }

    /**
     * Asks Redis, in its turn; fails with BUSY when it does not answer in time.
     *
     * @param before told of the result, on the worker, before it is the answer
     */
    <T> CompletableFuture<T> ask(Work<T> work, Consumer<T> before) {
        Question<T> question = new Question<>(work, before);
        synchronized (tasks) {
            if (closing || halted) {
                question.abandon();
            } else {
                tasks.add(question);
            }
        }
        return question.answer;
    }

    static SignalboxException closed() {
        return new SignalboxException(ReasonCode.CLOSED, "this transport or session is closed");
    }

    /** On the calling thread: once, and again on another link until the time is over. */
    <T> T retrying(Work<T> work, long deadlineNanos) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            Link link = links.await(deadlineNanos, () -> halted || closing);
            if (link == null) {
                throw closing || halted ? closed() : Links.away("there is no connection", null);
            }
            try {
                return work.run(link);
            } catch (SignalboxException e) {
                throw e;
            } catch (RuntimeException | TimeoutException e) {
                if (Failures.breaksLink(e)) {
                    link.fail(e);
                }
                if (Failures.isFinal(e) || halted || System.nanoTime() - deadlineNanos > 0) {
                    throw Links.away("it failed " + attempt + " times", e);
                }
                LockSupport.parkNanos(Backoff.DEFAULT
                        .delay(Math.min(attempt, 4), ThreadLocalRandom.current())
                        .toNanos());
            }
        }
    }

    /** On the calling thread: one try, if there is a link. */
    boolean tried(String what, Work<?> work) {
        Link link = links.now();
        if (link == null) {
            return false;
        }
        try {
            work.run(link);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (RuntimeException | TimeoutException e) {
            if (Failures.breaksLink(e)) {
                link.fail(e);
            }
            LOG.warn("{} failed and is tried again: {}", what, e.toString());
            return false;
        }
    }

    /** Does what was asked, and ends. */
    void close() {
        synchronized (tasks) {
            closing = true;
            tasks.add(WAKE_UP);
        }
        join();
    }

    /** Ends where it stands. */
    void halt() {
        synchronized (tasks) {
            halted = true;
        }
        thread.interrupt();
        join();
    }

    private void join() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Runnable left = tasks.poll(); left != null; left = tasks.poll()) {
            if (left instanceof Question<?> question) {
                question.abandon();
            }
        }
    }
}
