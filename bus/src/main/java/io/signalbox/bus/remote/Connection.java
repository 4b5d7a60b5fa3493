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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One session on a transport, for callers that may wait. */
final class Connection {
    private static final Duration SETTLE_IN = Duration.ofSeconds(10);

    private final Transport transport;
    private final Scheduler scheduler;
    private final SchedulerLane lane;
    private final CompletableFuture<Session> opened = new CompletableFuture<>();

    Connection(Transport transport, Scheduler scheduler) {
        this.transport = transport;
        this.scheduler = scheduler;
        lane = new SchedulerLane(scheduler);
    }

    /** @throws SignalboxException if the transport refuses it */
    void open(SessionOptions options, Subscriber subscriber) {
        transport.open(options, lane, subscriber).whenComplete((session, refused) -> {
            if (refused != null) {
                opened.completeExceptionally(refused);
            } else {
                opened.complete(session);
            }
        });
        await(opened);
    }

    boolean isOpen() {
        return opened.isDone() && !opened.isCompletedExceptionally();
    }

    /** On the lane, once there is a session. */
    void withSession(Consumer<Session> action) {
        opened.thenAcceptAsync(action, lane);
    }

    /** Nothing, once the bus is closed. */
    void inLane(Runnable action) {
        try {
            lane.execute(action);
        } catch (RejectedExecutionException closed) {
            // What it was for is over.
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

    /** Leaves what is kept for this session to be found again, or ends it for good. */
    void close(boolean forGood) {
        if (forGood) {
            await(await(opened).remove());
            return;
        }
        CompletableFuture<Void> detached = new CompletableFuture<>();
        withSession(session -> {
            session.detach(true);
            detached.complete(null);
        });
        await(detached);
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
