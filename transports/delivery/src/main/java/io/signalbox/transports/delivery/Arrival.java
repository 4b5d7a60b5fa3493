package io.signalbox.transports.delivery;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import org.jspecify.annotations.Nullable;

/**
 * A message that the engine has handed over and does not have back yet. What changes in it is guarded by the mailbox it
 * is in.
 *
 * @param <H> how the engine knows this hand-over
 */
public final class Arrival<H> {
    final Message message;
    final Match match;
    final @Nullable Object identity;
    final boolean redelivered;
    final boolean fromRetained;

    /** Null while the engine has taken it back without being asked: the connection was lost. */
    @Nullable
    H handle;

    /** Order of arrival in this mailbox. */
    long number;

    /** Above 0 while it is the subscriber's. */
    int id;

    int deliveryCount;
    boolean offered;

    /** The engine says that it was handed over before, and it is known that nobody saw it then. */
    boolean unseen;

    long notBeforeMillis;
    long deadlineMillis;

    /** Its time to be settled runs; these are who is timed before and after it. Of {@link AckTimeouts}. */
    boolean timed;

    @Nullable
    Arrival<H> before;

    @Nullable
    Arrival<H> after;

    End end = End.OPEN;
    String endDetail = "";

    /** What is to be done once the engine hands it over again. */
    enum End {
        OPEN,
        DONE,
        DEAD
    }

    /**
     * @param identity equal for every hand-over of one message, across connections; null if the engine cannot tell
     * @param redelivered the engine has handed it over before
     */
    public Arrival(H handle, Message message, Match match, @Nullable Object identity, boolean redelivered) {
        this(handle, message, match, identity, redelivered, false);
    }

    /** @param fromRetained it was retained when the subscription was made */
    public Arrival(
            H handle,
            Message message,
            Match match,
            @Nullable Object identity,
            boolean redelivered,
            boolean fromRetained) {
        this.handle = handle;
        this.message = message;
        this.match = match;
        this.identity = identity;
        this.redelivered = redelivered;
        this.fromRetained = fromRetained;
    }

    public Message message() {
        return message;
    }

    /** Failed deliveries so far. */
    public int deliveryCount() {
        return deliveryCount;
    }

    Guarantee guarantee() {
        return message.guarantee().atMost(match.guarantee());
    }

    boolean needsCredit() {
        return guarantee() != Guarantee.AT_MOST_ONCE;
    }

    int bytes() {
        return message.sizeBytes();
    }

    /** What a retry parks; null for a message without an ordering key. */
    @Nullable
    String lane() {
        String key = message.properties().orderingKey();
        return key == null ? null : message.topic().text() + '\0' + key;
    }
}
