package io.signalbox.bus.remote;

import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One session on a transport, for callers that may wait. */
final class Connection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final Duration SETTLE_IN = Duration.ofSeconds(10);

    private final Transport transport;
    private final Scheduler scheduler;
    private final SchedulerLane lane;
    private final CompletableFuture<Session> opened = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    Connection(Transport transport, Scheduler scheduler) {
        this.transport = transport;
        this.scheduler = scheduler;
        lane = new SchedulerLane(scheduler);
    }

    /**
     * A session that comes when this has thrown is ended at once.
     *
     * @throws SignalboxException if the transport refuses it
     */
    void open(SessionOptions options, Subscriber subscriber) {
        try {
            transport.open(options, lane, subscriber).whenComplete((session, refused) -> {
                if (refused != null) {
                    opened.completeExceptionally(refused);
                } else {
                    opened.complete(session);
                }
            });
        } catch (RuntimeException | Error broken) {
            opened.completeExceptionally(broken);
            throw broken;
        }
        try {
            await(opened);
        } catch (RuntimeException givenUp) {
            if (closed.compareAndSet(false, true)) {
                opened.thenAccept(late -> end(late, !options.durable()));
            }
            throw givenUp;
        }
    }

    /** Will the transport still say whether there is a session? */
    boolean isOpening() {
        return !opened.isDone();
    }

    /** @param told whether there is a session; at once, if it is known */
    void whenAnswered(Consumer<Boolean> told) {
        opened.whenComplete((session, refused) -> told.accept(refused == null));
    }

    boolean isOpen() {
        return opened.isDone() && !opened.isCompletedExceptionally() && !closed.get();
    }

    /** On the lane, once there is a session. */
    void withSession(Consumer<Session> action) {
        opened.thenAcceptAsync(action, lane);
    }

    /** Nothing, and false, once the bus is closed: what it was for is over. */
    boolean inLane(Runnable action) {
        try {
            lane.execute(action);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    /**
     * Returns when they are in force.
     *
     * @throws SignalboxException if one is refused
     */
    void subscribe(List<FilterSpec> specs) {
        for (@Nullable Refusal refusal : await(await(opened).subscribe(specs))) {
            if (refusal != null) {
                throw refusal.toException();
            }
        }
    }

    void unsubscribe(List<Session.Target> targets) {
        await(await(opened).unsubscribe(targets));
    }

    /**
     * Leaves what is kept for this session to be found again, or ends it for good; after all that the lane has to do,
     * settlements above all. A second time does nothing.
     */
    void close(boolean forGood) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        emptyLane();
        await(end(await(opened), forGood));
    }

    private CompletionStage<Void> end(Session session, boolean forGood) {
        if (forGood) {
            return session.remove();
        }
        CompletableFuture<Void> detached = new CompletableFuture<>();
        Runnable detach = () -> {
            session.detach(true);
            detached.complete(null);
        };
        if (!inLane(detach)) {
            detach.run();
        }
        return detached;
    }

    private void emptyLane() {
        CompletableFuture<Void> empty = new CompletableFuture<>();
        if (!inLane(() -> empty.complete(null))) {
            return;
        }
        try {
            await(empty);
        } catch (IllegalStateException stuck) {
            LOG.warn("a session on transport '{}' is left with tasks undone: {}", transport.name(), stuck.getMessage());
        }
    }

    /** @throws IllegalStateException if the transport does not answer in time */
    <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        try {
            if (!scheduler.await(future, SETTLE_IN.toNanos())) {
                throw new IllegalStateException(
                        "transport '" + transport.name() + "' did not answer within " + SETTLE_IN);
            }
            return future.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for transport '" + transport.name() + "'", e);
        } catch (CompletionException e) {
            throw e.getCause() instanceof SignalboxException refused ? refused : e;
        }
    }
}
