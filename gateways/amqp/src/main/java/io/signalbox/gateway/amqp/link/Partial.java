package io.signalbox.gateway.amqp.link;

import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.Violation;
import java.io.ByteArrayOutputStream;
import org.apache.qpid.protonj2.engine.IncomingDelivery;
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

    /**
     * @return the whole message; null if more of it comes
     * @throws Violation MESSAGE_SIZE_EXCEEDED, or too much of the connection is incomplete
     */
    byte @Nullable [] add(IncomingDelivery delivery) {
        byte[] piece = new byte[delivery.available()];
        delivery.readBytes(piece, 0, piece.length);
        int before = gathered == null ? 0 : gathered.size();
        if (piece.length > bytesMax - before) {
            throw new Violation(
                    Condition.MESSAGE_SIZE_EXCEEDED,
                    "a message has more than " + bytesMax + " bytes, the limit of this link");
        }
        if (!delivery.isPartial()) {
            if (gathered == null) {
                return piece;
            }
            gathered.writeBytes(piece);
            byte[] whole = gathered.toByteArray();
            drop();
            return whole;
        }
        if (gathered == null) {
            gathered = new ByteArrayOutputStream(2 * piece.length);
        }
        gathered.writeBytes(piece);
        counted += piece.length;
        outstanding.incomplete(piece.length);
        return null;
    }

    void drop() {
        if (gathered != null) {
            outstanding.noLongerIncomplete(counted);
            counted = 0;
            gathered = null;
        }
    }
}
