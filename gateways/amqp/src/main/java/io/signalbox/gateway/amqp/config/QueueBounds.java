package io.signalbox.gateway.amqp.config;

import io.signalbox.transport.OverflowPolicy;

/**
 * What may wait for one subscription or queue, and what becomes of more.
 *
 * @param bytesMax of messages: payload, topic, properties
 * @param overflow of queues and durable subscriptions, whose messages were accepted to be kept
 * @param volatileOverflow of subscriptions that end with their links
 * @param queuesMax queues of the server, since what makes one is a name in a message
 * @param queuesPerUserMax that one user's links may have made since the server started
 */
public record QueueBounds(
        int messagesMax,
        long bytesMax,
        OverflowPolicy overflow,
        OverflowPolicy volatileOverflow,
        int queuesMax,
        int queuesPerUserMax) {
    public static final QueueBounds DEFAULT = new QueueBounds(
            10_000, 256L << 20, OverflowPolicy.REJECT_PUBLISH, OverflowPolicy.DROP_OLDEST, 10_000, 1_000);

    public QueueBounds {
        AmqpLimits.range("queue-messages-max", messagesMax, 1, Integer.MAX_VALUE);
        AmqpLimits.range("queue-bytes-max", bytesMax, 1, Long.MAX_VALUE);
        AmqpLimits.range("queues-max", queuesMax, 0, Integer.MAX_VALUE);
        AmqpLimits.range("queues-per-user-max", queuesPerUserMax, 0, Integer.MAX_VALUE);
    }

    public OverflowPolicy overflow(boolean durable) {
        return durable ? overflow : volatileOverflow;
    }
}
