package io.signalbox.broker;

import io.signalbox.message.Message;
import java.util.List;

/**
 * A message that could not be delivered.
 *
 * @param id given by the broker, unique for ever; shown to people
 * @param session whom it could not be delivered to; empty if to nobody in particular
 * @param sequence of the original in the log
 * @param deaths in the order they happened, those of one reason and source as one
 * @param resolved redriven or replaced by an edited copy, kept for the record
 */
public record DeadLetter(
        long id,
        String session,
        long sequence,
        long timeMillis,
        Message message,
        List<Death> deaths,
        boolean resolved) {

    public DeadLetter asResolved() {
        return new DeadLetter(id, session, sequence, timeMillis, message, deaths, true);
    }

    /**
     * @param source the session or the station of the broker that gave up
     * @param error what the receiver said, cut to 1,024 characters
     */
    public record Death(
            DeathReason reason, String source, int count, long firstMillis, long lastMillis, String error) {}

    /** Stored by name on disk. */
    public enum DeathReason {
        REJECTED,
        EXPIRED,
        MAX_LENGTH,
        DELIVERY_LIMIT,
        NO_ROUTE,
        SCHEMA_MISMATCH,
        AUTH_FAILED,
        DECRYPT_FAILED,
        CRASH_POISON,
        SESSION_CLOSED,
        POLICY
    }
}
