package io.signalbox.transports.jdbc;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transports.connection.Backoff;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that owns all sessions' rows: opens, subscribes, claims, settles, one transaction after the other, in the
 * order it was asked. What fails for an outage is tried again.
 */
final class Worker {
    private static final Logger LOGGER = LoggerFactory.getLogger(Worker.class);

    /** Questions that wait; beyond it they are refused. Other tasks are one of each session at most. */
    private static final int QUESTIONS_MAX = 50_000;

    private static final Runnable WAKE_UP = () -> {};

    private final Database database;
    private final Duration askTimeout;
    private final Runnable idle;
    private final long idleMillis;
    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Deque<Undone> undone = new ArrayDeque<>();
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean halted;
    private volatile long closeUntilNanos;

    /** What must be written sooner or later, and was not yet. */
    private record Undone(String what, Database.Work<Connection> work) {}

    /** A question with the future that hears its answer, which it does in any case. */
    private final class Question<T> implements Runnable {
        private final Database.Work<T> work;
        private final Consumer<T> before;
        private final CompletableFuture<T> answer = new CompletableFuture<>();
        private final long untilNanos = System.nanoTime() + askTimeout.toNanos();

        Question(Database.Work<T> work, Consumer<T> before) {
            this.work = work;
            this.before = before;
        }

        @Override
        public void run() {
            try {
                T result = retrying(work, untilNanos);
                before.accept(result);
                answer.complete(result);
            } catch (SQLException e) {
                answer.completeExceptionally(
                        new SignalboxException(ReasonCode.BUSY, "the database did not answer: " + e.getMessage(), e));
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        }

        void abandon() {
            answer.completeExceptionally(closed());
        }
    }

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
                // Closing it waits for nothing more, else for as long as it would be idle.
                long waitNanos = closing ? 0 : nextIdle - System.nanoTime();
                Runnable task =
                        waitNanos > 0 ? tasks.poll(waitNanos, TimeUnit.NANOSECONDS) : closing ? tasks.poll() : null;
                if (closing && System.nanoTime() - closeUntilNanos > 0) {
                    abandon(task);
                    return;
                }
                if (task != null) {
                    guarded(task);
                } else if (closing && tasks.isEmpty()) {
                    doUndone();
                    return;
                } else if (System.nanoTime() - nextIdle >= 0) {
                    guarded(this::doUndone);
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
        } catch (RuntimeException | Error e) { // without its worker the transport would look well, and do nothing
            LOGGER.error("a task of the jdbc worker failed", e);
        }
    }

    private static void abandon(@Nullable Runnable task) {
        if (task instanceof Question<?> question) {
            question.abandon();
        }
    }

    /** In its turn. Tasks that are asked for again and again say so to their session, and wait here once. */
    void execute(Runnable task) {
        tasks.add(task);
    }

    /** Asks the database, in its turn; fails with BUSY when it does not answer in time, the wait for its turn included. */
    <T> CompletableFuture<T> ask(Database.Work<T> work, Consumer<T> before) {
        Question<T> question = new Question<>(work, before);
        synchronized (tasks) {
            if (closing || halted) {
                question.abandon();
            } else if (tasks.size() >= QUESTIONS_MAX) {
                question.answer.completeExceptionally(new SignalboxException(
                        ReasonCode.BUSY, QUESTIONS_MAX + " tasks wait for the database; try again later"));
            } else {
                tasks.add(question);
            }
        }
        return question.answer;
    }

    static SignalboxException closed() {
        return new SignalboxException(ReasonCode.CLOSED, "this transport is closed");
    }

    /** On this thread: once, and again after an outage or a conflict until the time is over. */
    private <T> T retrying(Database.Work<T> work, long untilNanos) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            if (System.nanoTime() - untilNanos > 0) {
                throw new SQLException(
                        "it was " + askTimeout.toMillis() + " ms until the worker could ask it", "08000");
            }
            try {
                return database.transaction(work);
            } catch (SQLException e) {
                boolean again = Database.isOutage(e) || Database.isConflict(e);
                if (!again || halted || closing || System.nanoTime() - untilNanos > 0) {
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

    /**
     * On this thread: now, or if the database is away, as soon as it is back, in the order of the calls. The work may
     * run more than once and looks for itself whether it is still wanted.
     */
    void untilDone(String what, Database.Work<Connection> work) {
        boolean first = undone.isEmpty();
        undone.add(new Undone(what, work));
        if (first) { // otherwise the database is away, and the next tick tries
            doUndone();
        }
    }

    private void doUndone() {
        for (Undone next = undone.peek(); next != null; next = undone.peek()) {
            try {
                database.transaction(next.work());
            } catch (SQLException e) {
                if (Database.isOutage(e) || Database.isConflict(e)) {
                    LOGGER.warn("{} waits for the database: {}", next.what(), e.toString());
                    return;
                }
                LOGGER.error("{} failed for good", next.what(), e);
            } catch (RuntimeException | Error e) {
                LOGGER.error("{} failed for good", next.what(), e);
            }
            undone.poll();
        }
    }

    /** Does what was asked, as long as one question may take, and ends. */
    void close() {
        synchronized (tasks) {
            closeUntilNanos = System.nanoTime() + askTimeout.toNanos();
            closing = true;
            tasks.add(WAKE_UP);
        }
        join();
    }

    /** Ends where it stands. */
    void halt() {
        synchronized (tasks) {
            halted = true;
            tasks.add(WAKE_UP);
        }
        join();
    }

    private void join() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Runnable left = tasks.poll(); left != null; left = tasks.poll()) {
            abandon(left);
        }
    }
}
