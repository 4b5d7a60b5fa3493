package io.signalbox.bus.remote;

import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;

/**
 * What the transport keeps for a process that is away.
 *
 * @param messagesMax so many wait for it
 * @param beyond what happens to more
 */
public record Absence(int messagesMax, OverflowPolicy beyond) {
    /** Nothing gives way: the bound is on the transport's memory alone. */
    public static final Absence DEFAULT = new Absence(SessionOptions.QUEUE_MESSAGES_MAX_DEFAULT, OverflowPolicy.SPILL);

    /** @throws IllegalArgumentException naming the value that is out of its range */
    public Absence {
        if (messagesMax < 1) {
            throw new IllegalArgumentException("messagesMax " + messagesMax + " must be at least 1");
        }
    }
}
