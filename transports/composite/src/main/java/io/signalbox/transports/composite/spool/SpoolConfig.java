package io.signalbox.transports.composite.spool;

import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How much an outage may cost.
 *
 * @param directory the spool's own folder; what it holds outlives the process
 * @param bytesMax quota of undrained bytes on disk; a publish beyond it is refused with QUOTA_EXCEEDED
 * @param messagesMax quota of undrained messages
 * @param acknowledge BUFFERED: once the operating system has a spooled message, SYNCED: once the disk has it
 * @param drainPerSecondMax messages a second while draining, so that a transport that has just come back is not
 *     overrun; 0: no bound but the window
 * @param windowMax messages under way to the transport while draining
 * @param answerTimeout a publish that the transport has not answered by then is spooled
 */
public record SpoolConfig(
        Path directory,
        long bytesMax,
        long messagesMax,
        Durability acknowledge,
        int drainPerSecondMax,
        int windowMax,
        Duration answerTimeout) {

    public SpoolConfig {
        if (bytesMax < 1 || messagesMax < 1 || windowMax < 1 || drainPerSecondMax < 0) {
            throw new IllegalArgumentException("bytesMax " + bytesMax + ", messagesMax " + messagesMax
                    + " and windowMax " + windowMax + " must be above zero, drainPerSecondMax " + drainPerSecondMax
                    + " not below");
        }
        if (acknowledge != Durability.BUFFERED && acknowledge != Durability.SYNCED) {
            throw new IllegalArgumentException("a spool acknowledges BUFFERED or SYNCED, not " + acknowledge);
        }
        if (answerTimeout.isNegative() || answerTimeout.isZero()) {
            throw new IllegalArgumentException("answerTimeout " + answerTimeout + " must be above zero");
        }
    }

    /** 1 GiB, 10 million messages, synced, drained as fast as the transport takes it. */
    public static SpoolConfig in(Path directory) {
        return new SpoolConfig(directory, 1L << 30, 10_000_000, Durability.SYNCED, 0, 1_000, Duration.ofSeconds(10));
    }

    public SpoolConfig withQuota(long bytes, long messages) {
        return new SpoolConfig(directory, bytes, messages, acknowledge, drainPerSecondMax, windowMax, answerTimeout);
    }

    public SpoolConfig withAcknowledge(Durability value) {
        return new SpoolConfig(directory, bytesMax, messagesMax, value, drainPerSecondMax, windowMax, answerTimeout);
    }

    public SpoolConfig withDrainPerSecondMax(int value) {
        return new SpoolConfig(directory, bytesMax, messagesMax, acknowledge, value, windowMax, answerTimeout);
    }

    public SpoolConfig withAnswerTimeout(Duration value) {
        return new SpoolConfig(directory, bytesMax, messagesMax, acknowledge, drainPerSecondMax, windowMax, value);
    }

    /**
     * What a spool makes of a transport's promise, in the words of all who ask.
     *
     * @param name of the transport, for people
     * @param spool the same of the spool
     */
    Guarantees guarantees(Guarantees of, Durability durability, String name, String spool) {
        return new Guarantees(
                durability + ": " + name + " has it (" + of.durability() + "), or " + spool + " has (" + acknowledge
                        + ")",
                of.order() + "; kept through an outage, as long as " + name + " accepts nothing after what it refused",
                of.duplicates() + "; again what was answered too late, and after a crash what was drained last",
                of.lossWindow() + "; of what is spooled: the disk of " + directory,
                of.retention() + "; " + messagesMax + " messages or " + bytesMax
                        + " bytes in the spool, then publishes are refused");
    }
}
