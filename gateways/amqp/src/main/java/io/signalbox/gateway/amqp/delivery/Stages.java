package io.signalbox.gateway.amqp.delivery;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.StartPosition;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What can go wrong while a session is opened, as one kind of exception. */
public final class Stages {
    private Stages() {}

    /** As the stage, but on the lane: at once if that is where it completes, for deliveries may be waiting behind. */
    public static <T> CompletableFuture<T> onLane(CompletionStage<T> stage, Lane lane) {
        CompletableFuture<T> carried = new CompletableFuture<>();
        stage.whenComplete((result, error) -> {
            Runnable complete = () -> {
                if (error == null) {
                    carried.complete(result);
                } else {
                    carried.completeExceptionally(cause(error));
                }
            };
            if (lane.inLane()) {
                complete.run();
            } else {
                lane.execute(complete);
            }
        });
        return carried;
    }

    /** Completes with the session when the subscription is in force; a refusal fails it, and the session is left as it was. */
    static CompletionStage<Session> subscribe(Session session, Subscription subscription) {
        FilterSpec filter = subscription.filter();
        // Who comes back goes on where he was, and does not get the past again.
        FilterSpec wanted = session.resumed() ? filter.withStart(StartPosition.NEW, 0) : filter;
        return session.subscribe(List.of(wanted)).handle((results, error) -> {
            Refusal refusal = results == null ? null : results.getFirst();
            if (error == null && refusal == null) {
                return session;
            }
            if (session.resumed()) {
                session.detach(true);
            } else {
                session.remove(); // it was made for this, and would stay
            }
            throw refusal != null ? refusal.toException() : cause(error);
        });
    }

    /** Whatever a stage failed with. */
    public static SignalboxException cause(@Nullable Throwable error) {
        Throwable cause = error != null && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof SignalboxException known) {
            return known;
        }
        if (error instanceof SignalboxException known) {
            return known;
        }
        return new SignalboxException(
                ReasonCode.INTERNAL,
                "the server could not do it; see its log",
                cause == null ? new IllegalStateException("no result") : cause);
    }
}
