package io.signalbox.client.spool;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;

/** A message was not sent: its time to live was over before the server could be reached. */
public final class ExpiredException extends SignalboxException {
    private static final long serialVersionUID = 1L;

    public ExpiredException(long ttlMillis) {
        super(
                ReasonCode.CLOSED,
                "EXPIRED: the time to live of " + ttlMillis + " ms was over before the server could be reached");
    }
}
