package io.signalbox.transports.composite.bridge;

import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;

/**
 * Where messages wait for a bridge: the queue of its session at the source. Publishers were told that they are safe, so
 * nothing is dropped in silence.
 *
 * @param messagesMax with a policy that bounds, and 1 or more
 * @param bytesMax the same in bytes
 * @param overflow DEAD_LETTER: the oldest become dead letters of the source; REJECT_PUBLISH: publishers are refused;
 *     SPILL: there is no bound but the source's own
 */
public record BridgeQueue(int messagesMax, long bytesMax, OverflowPolicy overflow) {
    public static final BridgeQueue UNBOUNDED = new BridgeQueue(
            SessionOptions.QUEUE_MESSAGES_MAX_DEFAULT, SessionOptions.QUEUE_BYTES_MAX_DEFAULT, OverflowPolicy.SPILL);

    public BridgeQueue {
        if (messagesMax < 1 || bytesMax < 1) {
            throw new IllegalArgumentException(
                    "a queue of " + messagesMax + " messages and " + bytesMax + " bytes must have room for one");
        }
        if (overflow == OverflowPolicy.DROP_OLDEST) {
            throw new IllegalArgumentException("a bridge's queue must not drop what its publishers were told is safe;"
                    + " choose dead-letter, reject-publish, or spill");
        }
    }

    SessionOptions of(SessionOptions options) {
        return options.withQueue(messagesMax, bytesMax, overflow);
    }

    /** For people. */
    public String text() {
        String beyond = messagesMax + " messages or " + bytesMax + " bytes";
        return switch (overflow) {
            case SPILL -> "what waits has no bound but the source's own";
            case DEAD_LETTER -> "beyond " + beyond + " the oldest that wait become dead letters of the source";
            case REJECT_PUBLISH -> "when " + beyond + " wait publishers at the source are refused (queue-full)";
            case DROP_OLDEST -> throw new AssertionError("refused above");
        };
    }
}
