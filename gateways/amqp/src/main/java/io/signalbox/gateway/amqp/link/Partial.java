package io.signalbox.gateway.amqp.link;

import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.Violation;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** Gathers the frames of one message. Owned by the connection's loop. */
final class Partial {
    private final Outstanding outstanding;
    private final int bytesMax;
    private @Nullable ByteArrayOutputStream gathered;
    private int counted;

    Partial(Outstanding outstanding, int bytesMax) {
        this.outstanding = outstanding;
        this.bytesMax = bytesMax;
    }

    boolean isEmpty() {
        return gathered == null;
    }

    /** @throws Violation MESSAGE_SIZE_EXCEEDED: with these the message is too large */
    void check(int more) {
        if (more > bytesMax - (gathered == null ? 0 : gathered.size())) {
            throw new Violation(
                    Condition.MESSAGE_SIZE_EXCEEDED,
                    "a message has more than " + bytesMax + " bytes, the limit of this link");
        }
    }

    /**
     * More of it comes.
     *
     * @throws Violation too much of the connection is incomplete
     */
    void add(Arriving piece) {
        int length = piece.length();
        if (gathered == null) {
            gathered = new ByteArrayOutputStream(2 * length);
        }
        gathered.write(piece.bytes(), piece.from(), length);
        counted += length;
        outstanding.incomplete(length);
    }

    /** @return the whole message, with its last piece */
    byte[] complete(Arriving last) {
        if (gathered == null) {
            throw new IllegalStateException("the message is in one piece");
        }
        gathered.write(last.bytes(), last.from(), last.length());
        byte[] whole = gathered.toByteArray();
        drop();
        return whole;
    }

    void drop() {
        if (gathered != null) {
            outstanding.noLongerIncomplete(counted);
            counted = 0;
            gathered = null;
        }
    }
}
