package io.signalbox.broker.ledger;

import java.util.Locale;

/** Why a delivery was given up. The names, in lower case, are those of the metrics. */
public enum DropReason {
    /** The queue was full and its policy drops the oldest. */
    QUEUE_FULL,
    /** The connection does not read as fast as messages come. */
    SLOW_CONSUMER,
    /** At most once, and nobody was connected. */
    OFFLINE,
    /** Its principal may not receive this topic any more. */
    NOT_AUTHORIZED,
    /** The session ended with this in its queue. */
    SESSION_CLOSED,
    /** The log could not give the payload back; the server's log names the position. */
    UNREADABLE,
    /** Retention removed it before it was delivered, as configured. */
    RETENTION,
    /** Moved to another member of the share group. */
    HANDED_OVER;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
