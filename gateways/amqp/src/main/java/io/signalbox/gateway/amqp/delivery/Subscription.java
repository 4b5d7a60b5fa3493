package io.signalbox.gateway.amqp.delivery;

import io.signalbox.access.Principal;
import io.signalbox.gateway.amqp.config.QueueBounds;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A session with one subscription, as a link asks for it.
 *
 * @param queue it is nobody's who receives from it: closing a link does not end it
 * @param sessionName unique among all sessions
 * @param principal in whose right it takes messages
 * @param expiry how long it outlives its links; ZERO: not at all
 */
public record Subscription(
        boolean queue,
        String sessionName,
        Principal principal,
        FilterSpec filter,
        Duration expiry,
        QueueBounds bounds,
        int unsettledMax) {

    public boolean durable() {
        return !expiry.isZero();
    }

    /** By name alone, as the broker goes by; a client's id is its own choice. */
    boolean belongsTo(Principal other) {
        return principal.name().equals(other.name()) && principal.anonymous() == other.anonymous();
    }

    SessionOptions options() {
        return new SessionOptions(
                sessionName,
                principal,
                !durable(),
                expiry,
                bounds.messagesMax(),
                bounds.bytesMax(),
                bounds.overflow(durable()),
                unsettledMax,
                Duration.ZERO);
    }

    /** To look whether there is such a session: it must be there, and stays as it is. */
    public static SessionOptions lookup(String sessionName, Principal principal, QueueBounds bounds) {
        return SessionOptions.durableSession(sessionName)
                .withPrincipal(principal)
                .withQueue(bounds.messagesMax(), bounds.bytesMax(), bounds.overflow(true));
    }

    /** As the transport's, completing on the lane. */
    public static CompletionStage<Session> open(
            Transport transport, SessionOptions options, Lane lane, Subscriber subscriber) {
        return Stages.onLane(transport.open(options, lane, subscriber), lane);
    }
}
