package io.signalbox.client.spool;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;

/** A QoS 0 message was not sent: there is no connection, and it does not wait for one. */
public final class OfflineException extends SignalboxException {
    private static final long serialVersionUID = 1L;

    public OfflineException() {
        super(ReasonCode.CLOSED, "there is no connection, and QoS 0 messages do not wait for one");
    }
}
