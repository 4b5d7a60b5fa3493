package io.signalbox.client.spool;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;

/** SPOOL_FULL: a message was not taken, because the spool holds as much as it may. Nothing that it holds is lost. */
public final class SpoolFullException extends SignalboxException {
    private static final long serialVersionUID = 1L;

    public SpoolFullException(long messages, long messagesMax, long bytes, long bytesMax) {
        super(
                ReasonCode.QUOTA_EXCEEDED,
                "SPOOL_FULL: it holds " + messages + " messages of " + bytes + " bytes; the quota is " + messagesMax
                        + " and " + bytesMax + ". Wait until the server has some, remove refused ones, or raise it");
    }
}
