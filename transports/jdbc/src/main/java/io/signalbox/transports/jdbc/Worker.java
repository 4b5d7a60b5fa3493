package io.signalbox.transports.jdbc;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transports.connection.Backoff;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that owns all sessions' rows: opens, subscribes, claims, settles, one transaction after the other, in the
 * order it was asked. What fails for an outage is tried again.
 */
final class Worker {
    private static final Logger LOGGER = LoggerFactory.getLogger(Worker.class);

    private final Database database;
    private final Duration askTimeout;
    private final Runnable idle;
    private final long idleMillis;
    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean halted;

    /** @param idle run every so often, between tasks */
    Worker(Database database, Duration askTimeout, Runnable idle, Duration idleEvery) {
        this.database = database;
        this.askTimeout = askTimeout;
        this.idle = idle;
        idleMillis = Math.max(1, idleEvery.toMillis());
        thread = Thread.ofPlatform().daemon().name("jdbc-worker").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        long nextIdle = System.nanoTime();
        try {
            while (!halted) {
                long waitNanos = nextIdle - System.nanoTime();
                Runnable task =
                        waitNanos <= 0 && !closing ? null : tasks.poll(Math.max(1, waitNanos), TimeUnit.NANOSECONDS);
                if (task != null) {
                    guarded(task);
                } else if (closing && tasks.isEmpty()) {
                    return;
                } else if (System.nanoTime() - nextIdle >= 0) {
                    guarded(idle);
                    nextIdle = System.nanoTime() + idleMillis * 1_000_000;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOGGER.error("a task of the jdbc worker failed", e);
        }
    }

    /** In its turn. Tasks that are asked for again and again say so to their session, and wait here once. */
    void execute(Runnable task) {
        tasks.add(task);
    }

    /** Asks the database, in its turn; fails with BUSY when it does not answer in time. */
    <T> CompletableFuture<T> ask(Database.Work<T> work, Consumer<T> before) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (closing || halted) {
            answer.completeExceptionally(closed());
            return answer;
        }
        tasks.add(() -> {
            try {
                T result = retrying(work, System.nanoTime() + askTimeout.toNanos());
                before.accept(result);
                answer.complete(result);
            } catch (SQLException e) {
                answer.completeExceptionally(
                        new SignalboxException(ReasonCode.BUSY, "the database did not answer: " + e.getMessage(), e));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    static SignalboxException closed() {
        return new SignalboxException(ReasonCode.CLOSED, "this transport is closed");
    }

    /** On this thread: once, and again after an outage or a conflict until the time is over. */
    <T> T retrying(Database.Work<T> work, long untilNanos) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                return database.transaction(work);
            } catch (SQLException e) {
                boolean again = Database.isOutage(e) || Database.isConflict(e);
                if (!again || halted || System.nanoTime() - untilNanos > 0) {
                    throw e;
                }
                LockSupport.parkNanos(Backoff.DEFAULT
                        .delay(Math.min(attempt, 4), ThreadLocalRandom.current())
                        .toNanos());
            }
        }
    }

    /** On this thread: one try, and what it says. */
    boolean tried(String what, Database.Work<Connection> work) {
        try {
            database.transaction(work);
            return true;
        } catch (SQLException e) {
            LOGGER.warn("{} failed and is tried again: {}", what, e.toString());
            return false;
        }
    }

    /** Does what was asked, and ends. */
    void close() {
        closing = true;
        join();
    }

    /** Ends where it stands. */
    void halt() {
        halted = true;
        join();
    }

    private void join() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runnable left;
        while ((left = tasks.poll()) != null) {
            LOGGER.debug("not run at the end: {}", left);
        }
    }
}
