package io.signalbox.broker.record;

/**
 * Types of log records. The numbers are on disk: never change or reuse one.
 *
 * <p>Notation below: {@code v} is a variable-length integer, {@code s} a UTF-8 string behind its length {@code v},
 * {@code []} a list behind its count {@code v}.
 */
public final class RecordType {
    /** {@code origin v, tag v, targets [session v, match], message}; see {@link MessageCodec}. */
    public static final int MESSAGE = 1;

    /** {@code session v, name s, options}: created, or its options changed. */
    public static final int SESSION = 2;

    /** {@code session v}: gone with everything it had. */
    public static final int SESSION_REMOVED = 3;

    /** {@code session v, specs [spec]}: added or replaced. */
    public static final int SUBSCRIBED = 4;

    /** {@code session v, [filter s, group s]}. */
    public static final int UNSUBSCRIBED = 5;

    /** {@code session v, positions [delta v]}: left the queue, whatever the reason. */
    public static final int SETTLED = 6;

    /** {@code session v, position v, delivery id v}: exactly-once delivery is about to be sent under that id. */
    public static final int ASSIGNED = 7;

    /** {@code session v, delivery id v, position v}: the receiver has it; the message left the queue, the id did not. */
    public static final int RECEIVED = 8;

    /** {@code session v, delivery id v}: the id is free. */
    public static final int COMPLETED = 9;

    /** {@code session v, tag v}: the publisher may use the tag for another message. */
    public static final int TAG_FORGOTTEN = 10;

    /** {@code session v, position v, delivery count v}. */
    public static final int FAILED = 11;

    /** {@code session v, position v, dead letter}: the letter, and the delivery it ends. */
    public static final int DEAD_LETTER = 12;

    /** {@code [id v]}: redriven or replaced; kept for the record. */
    public static final int DEAD_RESOLVED = 13;

    /** {@code [id v]}: forgotten. */
    public static final int DEAD_PURGED = 14;

    /** {@code session v, attached v}: the record's time says since when. */
    public static final int ATTACHMENT = 15;

    /** {@code session v, position v, match}: a delivery that moved here from another member of its share group. */
    public static final int ROUTED = 16;

    /** Nothing: something to flush, for who must know that all before it is on disk. */
    public static final int BARRIER = 17;

    /** {@code session v, past}: a subscription asked for it; see {@link PastCodec}. */
    public static final int PAST = 18;

    /**
     * {@code session v, filter s, boundary v, sequence v}: of the past with that boundary, what has this sequence or a
     * lower one is settled.
     */
    public static final int PAST_DONE_TO = 19;

    /** {@code session v, filter s, boundary v}: all of it is settled. */
    public static final int PAST_ENDED = 20;

    private RecordType() {}
}
