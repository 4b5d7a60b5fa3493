package io.signalbox.transports.redis;

import java.time.Duration;

/**
 * How publishing is bounded, and what its answer waits for.
 *
 * @param waitingMessagesMax publishes that may wait for their answer
 * @param waitingBytesMax the same in bytes of payload
 * @param batchMessagesMax messages of one script, which share one flush to the disk; the server does nothing else
 *     meanwhile, up to 10 µs for each
 * @param hold how long a publish waits for a server that is away before it is refused
 * @param confirmWait how long an answer may take before the connection counts as lost
 * @param replicas so many must have a message before it is answered; 0: the server alone
 */
public record PublishLimits(
        int waitingMessagesMax,
        long waitingBytesMax,
        int batchMessagesMax,
        Duration hold,
        Duration confirmWait,
        int replicas) {
    public static final PublishLimits DEFAULT =
            new PublishLimits(1 << 16, 256L << 20, 512, Duration.ofSeconds(30), Duration.ofSeconds(10), 0);

    /** Payload bytes of one script, so that a batch of large messages does not hold up the server. */
    static final int BATCH_BYTES_MAX = 1 << 20;

    public PublishLimits {
        RedisConfig.check(
                batchMessagesMax >= 1 && batchMessagesMax <= 1_000,
                "batchMessagesMax " + batchMessagesMax + " must be 1 to 1000");
        RedisConfig.check(replicas >= 0, "replicas " + replicas + " must not be negative");
        RedisConfig.check(
                hold.isPositive() && confirmWait.isPositive(),
                "hold " + hold + " and confirmWait " + confirmWait + " must be positive");
    }

    public PublishLimits withHold(Duration longest) {
        return new PublishLimits(waitingMessagesMax, waitingBytesMax, batchMessagesMax, longest, confirmWait, replicas);
    }

    public PublishLimits withReplicas(int count, Duration wait) {
        return new PublishLimits(waitingMessagesMax, waitingBytesMax, batchMessagesMax, hold, wait, count);
    }
}
