package io.signalbox.bus.message;

import io.signalbox.message.Headers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the sender says beside the message. Immutable; start from {@link #DEFAULT}.
 *
 * @param timeout how long from now the message matters. A command is cancelled and answered; an event still queued is
 *     dropped as {@code expired}. Null: for ever
 * @param from who sends it
 * @param to whom it is addressed to; null: whoever handles it
 * @param orderingKey events of one type with one key are handled in the order they were published
 * @param idempotencyKey two messages with one key are one, within the window of whoever looks
 * @param correlationId what this belongs to; null: what its cause belongs to, or itself
 * @param traceparent W3C trace context; null: that of its cause
 */
public record SendOptions(
        @Nullable Duration timeout,
        Headers headers,
        @Nullable String from,
        @Nullable String to,
        @Nullable String orderingKey,
        @Nullable String idempotencyKey,
        @Nullable String correlationId,
        @Nullable String traceparent) {

    public static final SendOptions DEFAULT = new SendOptions(null, Headers.NONE, null, null, null, null, null, null);

    /** @throws IllegalArgumentException unless the timeout is longer than nothing */
    public SendOptions {
        if (timeout != null && !timeout.isPositive()) {
            throw new IllegalArgumentException(
                    "timeout " + timeout + " must be longer than zero; leave it out for ever");
        }
    }

    public SendOptions withTimeout(Duration value) {
        return new SendOptions(value, headers, from, to, orderingKey, idempotencyKey, correlationId, traceparent);
    }

    public SendOptions withHeader(String name, String value) {
        return withHeaders(headers.with(name, value));
    }

    public SendOptions withHeaders(Headers value) {
        return new SendOptions(timeout, value, from, to, orderingKey, idempotencyKey, correlationId, traceparent);
    }

    public SendOptions withFrom(String value) {
        return new SendOptions(timeout, headers, value, to, orderingKey, idempotencyKey, correlationId, traceparent);
    }

    public SendOptions withTo(String value) {
        return new SendOptions(timeout, headers, from, value, orderingKey, idempotencyKey, correlationId, traceparent);
    }

    public SendOptions withOrderingKey(String value) {
        return new SendOptions(timeout, headers, from, to, value, idempotencyKey, correlationId, traceparent);
    }

    public SendOptions withIdempotencyKey(String value) {
        return new SendOptions(timeout, headers, from, to, orderingKey, value, correlationId, traceparent);
    }

    public SendOptions withCorrelationId(String value) {
        return new SendOptions(timeout, headers, from, to, orderingKey, idempotencyKey, value, traceparent);
    }

    public SendOptions withTraceparent(String value) {
        return new SendOptions(timeout, headers, from, to, orderingKey, idempotencyKey, correlationId, value);
    }
}
