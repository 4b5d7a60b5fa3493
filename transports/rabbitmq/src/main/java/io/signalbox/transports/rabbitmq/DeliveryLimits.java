package io.signalbox.transports.rabbitmq;

import java.time.Duration;

/**
 * When a message, a queue or a group has had its time.
 *
 * @param attemptsMax failed deliveries at which a message goes to the dead letters
 * @param returnsMax how often the server may get a message back from lost connections before it counts as poison and
 *     goes to the dead letters; quorum queues whose overflow policy is not DROP_OLDEST
 * @param transientExpiry how long the queue of a transient session outlives a lost connection
 * @param shareExpiry how long a share group outlives its last present member
 */
public record DeliveryLimits(int attemptsMax, int returnsMax, Duration transientExpiry, Duration shareExpiry) {
    public static final DeliveryLimits DEFAULT = new DeliveryLimits(4, 100, Duration.ofMinutes(1), Duration.ofDays(7));

    /** @throws IllegalArgumentException naming the value and its limit */
    public DeliveryLimits {
        RabbitMqConfig.check(
                attemptsMax > 0 && returnsMax > 0,
                "attempts " + attemptsMax + " and returns " + returnsMax + " must be positive");
        RabbitMqConfig.check(
                transientExpiry.isPositive() && shareExpiry.isPositive(),
                "expiries " + transientExpiry + " and " + shareExpiry + " must be positive");
    }
}
