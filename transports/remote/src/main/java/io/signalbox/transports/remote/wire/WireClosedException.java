package io.signalbox.transports.remote.wire;

import io.signalbox.error.SignalboxException;
import io.signalbox.transport.Refusal;

/** A connection that could not be made, or has ended. */
public final class WireClosedException extends SignalboxException {
    private static final long serialVersionUID = 1L;

    private final int code;

    WireClosedException(int code, Refusal refusal) {
        super(refusal.reason(), refusal.detail());
        this.code = code;
    }

    /** The server's own word for it (MQTT 5, 2.4); {@link Codes#NONE} if there was none. */
    public int code() {
        return code;
    }
}
