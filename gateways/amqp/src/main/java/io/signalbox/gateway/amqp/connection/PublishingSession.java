package io.signalbox.gateway.amqp.connection;

import io.signalbox.gateway.amqp.delivery.Subscription;
import io.signalbox.gateway.listener.EventLoopLane;
import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The session in whose name one connection publishes, opened when its first link needs it, so that the transport can
 * hold the connection up. It receives nothing. Owned by the connection's loop.
 */
final class PublishingSession implements Subscriber {
    private final AmqpConnection connection;
    private @Nullable CompletableFuture<Session> opening;
    private boolean ended;

    PublishingSession(AmqpConnection connection) {
        this.connection = connection;
    }

    /** Completes on the loop. */
    CompletionStage<Session> get() {
        CompletableFuture<Session> known = opening;
        if (known == null) {
            EventLoopLane lane = new EventLoopLane(connection.loop());
            SessionOptions options = SessionOptions.transientSession("amqp-publisher:" + UUID.randomUUID())
                    .withPrincipal(connection.principal());
            known = Subscription.open(connection.transport(), options, lane, this)
                    .toCompletableFuture();
            CompletableFuture<Session> begun = known;
            opening = begun;
            begun.whenComplete((session, error) -> {
                if (error != null && opening == begun) {
                    opening = null; // what stood in the way may be gone when the next link comes
                }
            });
        }
        return known;
    }

    void end() {
        ended = true;
        if (opening != null) {
            opening.thenAccept(session -> session.detach(true));
        }
    }

    @Override
    public void onPublishingHeld(boolean held) {
        connection.onPublishingHeld(held);
    }

    @Override
    public void onDetached(DetachReason reason) {
        if (!ended) {
            connection.onDetached(reason);
        }
    }

    @Override
    public void onDelivery(
            int deliveryId,
            Message message,
            Match match,
            int deliveryCount,
            boolean redelivered,
            boolean fromRetained) {
        throw new IllegalStateException("a delivery to a session without subscriptions");
    }

    @Override
    public void onReleased(int deliveryId) {
        // Only for exactly once, which nobody subscribes with here.
    }

    @Override
    public void onTurnEnd() {
        // Nothing was delivered.
    }
}
