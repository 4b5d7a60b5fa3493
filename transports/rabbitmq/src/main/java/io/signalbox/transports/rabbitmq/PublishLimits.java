package io.signalbox.transports.rabbitmq;

import java.time.Duration;

/**
 * Bounds of what is published and not confirmed.
 *
 * @param messagesMax publishes that may wait for their confirm, a power of two
 * @param bytesMax their payload bytes
 * @param hold how long a publish waits for a server that is away, or reads nothing, before it is refused
 * @param confirmWait a publish without a confirm for so long is published again on a new connection, unless it is older
 *     than {@code hold}: a quorum queue that has just recovered may never confirm what it was sent before it had a leader.
 *     So there is an answer within both together
 */
public record PublishLimits(int messagesMax, long bytesMax, Duration hold, Duration confirmWait) {
    public static final PublishLimits DEFAULT =
            new PublishLimits(1 << 16, 256L << 20, Duration.ofSeconds(30), Duration.ofSeconds(20));

    /** @throws IllegalArgumentException naming the value and its limit */
    public PublishLimits {
        RabbitMqConfig.check(
                Integer.bitCount(messagesMax) == 1,
                "the number of unconfirmed publishes " + messagesMax + " must be a power of two");
        RabbitMqConfig.check(
                bytesMax > 0 && hold.isPositive() && confirmWait.isPositive(),
                "bytes, hold and wait of " + bytesMax + ", " + hold + " and " + confirmWait + " must be positive");
    }
}
