package io.signalbox.transports.redis;

import java.time.Duration;

/**
 * @param attemptsMax failures at which a message goes to the dead letters
 * @param silenceMax an instance that was not heard of for so long is gone: what its members of share groups held is
 *     given to others ({@code XAUTOCLAIM}), its sessions are away
 * @param pollInterval how often the intake is looked into, and what nobody told of
 */
public record DeliveryLimits(int attemptsMax, Duration silenceMax, Duration pollInterval) {
    public static final DeliveryLimits DEFAULT = new DeliveryLimits(4, Duration.ofSeconds(30), Duration.ofMillis(250));

    public DeliveryLimits {
        RedisConfig.check(attemptsMax >= 1, "attemptsMax " + attemptsMax + " must be at least 1");
        RedisConfig.check(
                pollInterval.isPositive() && silenceMax.compareTo(pollInterval.multipliedBy(3)) >= 0,
                "pollInterval " + pollInterval + " must be positive, and silenceMax " + silenceMax
                        + " at least three times as long");
    }
}
