package io.signalbox.client.connection;

import io.signalbox.error.SignalboxException;
import io.signalbox.transport.Refusal;

/** The server refused a message for good. */
public final class RefusedException extends SignalboxException {
    private static final long serialVersionUID = 1L;

    public RefusedException(Refusal refusal) {
        super(refusal.reason(), refusal.detail());
    }
}
