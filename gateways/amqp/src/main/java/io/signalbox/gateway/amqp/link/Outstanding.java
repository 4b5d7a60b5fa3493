package io.signalbox.gateway.amqp.link;

import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.FrameDecoder;
import io.signalbox.gateway.amqp.frame.Violation;

/**
 * Bytes of one client's messages that are incomplete, or that the transport has not answered. Beyond the bound of what
 * is not answered nothing more is read; incomplete messages beyond it end the connection, since reading on is all that
 * could complete them. Owned by the connection's loop.
 */
public final class Outstanding {
    private final FrameDecoder decoder;
    private final long bytesMax;
    private long incompleteBytes;
    private long unansweredBytes;

    public Outstanding(FrameDecoder decoder, long bytesMax) {
        this.decoder = decoder;
        this.bytesMax = bytesMax;
    }

    /** @throws Violation too much is incomplete */
    void incomplete(int bytes) {
        incompleteBytes += bytes;
        if (incompleteBytes > bytesMax) {
            throw new Violation(
                    Condition.RESOURCE_LIMIT_EXCEEDED,
                    "the incomplete messages of this connection have " + incompleteBytes + " bytes; the limit is "
                            + bytesMax);
        }
    }

    void noLongerIncomplete(int bytes) {
        incompleteBytes -= bytes;
    }

    void unanswered(int bytes) {
        unansweredBytes += bytes;
        if (unansweredBytes > bytesMax) {
            decoder.pause(FrameDecoder.Pause.OUTSTANDING);
        }
    }

    void answered(int bytes) {
        unansweredBytes -= bytes;
        if (unansweredBytes <= bytesMax / 2) {
            decoder.resume(FrameDecoder.Pause.OUTSTANDING);
        }
    }
}
