package io.signalbox.transport;

import io.signalbox.access.Principal;
import java.time.Duration;

/**
 * How a session is opened.
 *
 * @param name unique among all sessions; MQTT's client id
 * @param cleanStart forget what an earlier session of that name left
 * @param expiry how long the session outlives its connection; ZERO: it ends with it, {@link #NEVER}: it stays
 * @param queueMessagesMax bound of the queue in messages
 * @param queueBytesMax bound of the queue in bytes of messages: payload, topic, properties
 * @param unsettledMax credit: deliveries that may wait for their settlement at once, 1 to 65,535
 * @param ackTimeout an unsettled delivery is offered again after it; ZERO: only after a new connection, as MQTT has it
 */
public record SessionOptions(
        String name,
        Principal principal,
        boolean cleanStart,
        Duration expiry,
        int queueMessagesMax,
        long queueBytesMax,
        OverflowPolicy overflow,
        int unsettledMax,
        Duration ackTimeout) {

    /** @throws IllegalArgumentException for a bound, a credit or a duration outside of its range */
    public SessionOptions {
        if (unsettledMax < 1 || unsettledMax > UNSETTLED_MAX) {
            throw new IllegalArgumentException(
                    "credit " + unsettledMax + " of session '" + name + "' is outside of 1 to " + UNSETTLED_MAX);
        }
        if (queueMessagesMax < 0 || queueBytesMax < 0) {
            throw new IllegalArgumentException("queue bounds of session '" + name + "' are " + queueMessagesMax
                    + " messages and " + queueBytesMax + " bytes; they must not be negative");
        }
        if (expiry.isNegative() || ackTimeout.isNegative()) {
            throw new IllegalArgumentException("expiry " + expiry + " and ack timeout " + ackTimeout + " of session '"
                    + name + "' must not be negative");
        }
    }

    /** Delivery ids have 16 bits. */
    public static final int UNSETTLED_MAX = 65_535;

    public static final Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE);
    public static final int QUEUE_MESSAGES_MAX_DEFAULT = 10_000;
    public static final long QUEUE_BYTES_MAX_DEFAULT = 256L << 20;
    public static final int UNSETTLED_MAX_DEFAULT = 1_000;

    /** A session that ends with its connection. */
    public static SessionOptions transientSession(String name) {
        return new SessionOptions(
                name,
                Principal.anonymous(name),
                true,
                Duration.ZERO,
                QUEUE_MESSAGES_MAX_DEFAULT,
                QUEUE_BYTES_MAX_DEFAULT,
                OverflowPolicy.DROP_OLDEST,
                UNSETTLED_MAX_DEFAULT,
                Duration.ZERO);
    }

    /** A session that stays until somebody closes it. */
    public static SessionOptions durableSession(String name) {
        return transientSession(name).withCleanStart(false).withExpiry(NEVER);
    }

    public boolean durable() {
        return !expiry.isZero();
    }

    public SessionOptions withName(String other) {
        return new SessionOptions(
                other,
                principal,
                cleanStart,
                expiry,
                queueMessagesMax,
                queueBytesMax,
                overflow,
                unsettledMax,
                ackTimeout);
    }

    public SessionOptions withPrincipal(Principal p) {
        return new SessionOptions(
                name, p, cleanStart, expiry, queueMessagesMax, queueBytesMax, overflow, unsettledMax, ackTimeout);
    }

    public SessionOptions withCleanStart(boolean clean) {
        return new SessionOptions(
                name, principal, clean, expiry, queueMessagesMax, queueBytesMax, overflow, unsettledMax, ackTimeout);
    }

    public SessionOptions withExpiry(Duration d) {
        return new SessionOptions(
                name, principal, cleanStart, d, queueMessagesMax, queueBytesMax, overflow, unsettledMax, ackTimeout);
    }

    public SessionOptions withQueue(int messagesMax, long bytesMax, OverflowPolicy policy) {
        return new SessionOptions(
                name, principal, cleanStart, expiry, messagesMax, bytesMax, policy, unsettledMax, ackTimeout);
    }

    public SessionOptions withUnsettledMax(int credit) {
        return new SessionOptions(
                name, principal, cleanStart, expiry, queueMessagesMax, queueBytesMax, overflow, credit, ackTimeout);
    }

    public SessionOptions withAckTimeout(Duration d) {
        return new SessionOptions(
                name, principal, cleanStart, expiry, queueMessagesMax, queueBytesMax, overflow, unsettledMax, d);
    }
}
