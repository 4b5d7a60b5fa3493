package io.signalbox.transports.kafka;

import java.time.Duration;

/**
 * Bounds of what is published and not acknowledged.
 *
 * @param messagesMax publishes that may wait for their acknowledgement
 * @param bytesMax their bytes
 * @param hold how long a publish waits for brokers that are away before it is refused; at least a second
 * @param linger how long a record waits for others to make a batch with
 */
public record PublishLimits(int messagesMax, long bytesMax, Duration hold, Duration linger) {
    public static final PublishLimits DEFAULT =
            new PublishLimits(1 << 16, 128L << 20, Duration.ofSeconds(30), Duration.ofMillis(1));

    /** @throws IllegalArgumentException naming the value and its limit */
    public PublishLimits {
        KafkaConfig.check(
                messagesMax > 0 && bytesMax > 0,
                "bounds of " + messagesMax + " messages and " + bytesMax + " bytes must be positive");
        KafkaConfig.check(
                hold.toMillis() >= 1_000 && !linger.isNegative() && linger.compareTo(hold) < 0,
                "a hold of " + hold + " must be a second or more, and longer than the linger of " + linger);
    }

    /** For what Kafka does not let go of by itself. */
    Duration slack() {
        return hold.dividedBy(8).plusMillis(250);
    }
}
