package io.signalbox.gateway.amqp.config;

import io.signalbox.transport.OverflowPolicy;

/**
 * What may wait for one subscription or queue, and what becomes of more.
 *
 * @param bytesMax of messages: payload, topic, properties
 */
public record QueueBounds(int messagesMax, long bytesMax, OverflowPolicy overflow) {
    public static final QueueBounds DEFAULT = new QueueBounds(10_000, 256L << 20, OverflowPolicy.DROP_OLDEST);

    public QueueBounds {
        AmqpLimits.range("queue-messages-max", messagesMax, 1, Integer.MAX_VALUE);
        AmqpLimits.range("queue-bytes-max", bytesMax, 1, Long.MAX_VALUE);
    }
}
