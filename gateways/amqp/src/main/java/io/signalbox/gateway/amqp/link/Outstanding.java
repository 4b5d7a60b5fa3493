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
    /** Over the life of a connection. */
    private static final int LATE_MESSAGES_MAX = 10_000;

    private final FrameDecoder decoder;
    private final long bytesMax;
    private long incompleteBytes;
    private long unansweredBytes;
    private int lateMessages;

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

    /**
     * A message has come on a link that this side has closed. The engine keeps each of them until the session ends, and
     * there is no way to settle it.
     *
     * @param bytesOfLink that have come on the link since then
     * @throws Violation the client goes on with it
     */
    void late(int messages, long bytesOfLink) {
        lateMessages += messages;
        if (lateMessages > LATE_MESSAGES_MAX || bytesOfLink > bytesMax) {
            throw new Violation(
                    Condition.RESOURCE_LIMIT_EXCEEDED,
                    lateMessages + " messages came on links that were closed, " + bytesOfLink
                            + " bytes of them on the last one: the client does not hear");
        }
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
