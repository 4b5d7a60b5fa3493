package io.signalbox.transports.redis;

import java.time.Duration;

/**
 * What is kept beside the queues. All of it is in the server's memory.
 *
 * @param historyMessagesMax for replay, about so many: a stream is trimmed a node at a time
 * @param historyMax for replay, no longer than this
 * @param deduplicationWindow a second message of the same key within it is a duplicate
 * @param deadLettersMax about so many: the oldest go beyond it, and are counted. Of what other clients wrote and nobody
 *     can publish or read, a tenth as many
 * @param retainedTopicsMax beyond it a retained message of another topic is refused
 */
public record RetentionLimits(
        long historyMessagesMax,
        Duration historyMax,
        Duration deduplicationWindow,
        long deadLettersMax,
        long retainedTopicsMax) {
    public static final RetentionLimits DEFAULT =
            new RetentionLimits(100_000, Duration.ofHours(1), Duration.ofMinutes(2), 100_000, 100_000);

    public RetentionLimits {
        RedisConfig.check(
                historyMessagesMax >= 1 && deadLettersMax >= 1 && retainedTopicsMax >= 0,
                "historyMessagesMax " + historyMessagesMax + ", deadLettersMax " + deadLettersMax
                        + " and retainedTopicsMax " + retainedTopicsMax + " must be at least 1, 1 and 0");
        RedisConfig.check(
                historyMax.isPositive() && deduplicationWindow.isPositive(),
                "historyMax " + historyMax + " and deduplicationWindow " + deduplicationWindow + " must be positive");
    }
}
