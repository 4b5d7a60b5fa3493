package io.signalbox.transports.remote.wire;

import io.signalbox.error.SignalboxException;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.connection.RetryHint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A connection that could not be made, or has ended. */
public final class WireClosedException extends SignalboxException implements RetryHint {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final @Nullable Duration retryAfter;

    WireClosedException(int code, Refusal refusal) {
        this(code, refusal, null);
    }

    /** @param retryAfter null: the server did not say */
    WireClosedException(int code, Refusal refusal, @Nullable Duration retryAfter) {
        super(refusal.reason(), refusal.detail());
        this.code = code;
        this.retryAfter = retryAfter;
    }

    @Override
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** The server's own word for it (MQTT 5, 2.4); {@link Codes#NONE} if there was none. */
    public int code() {
        return code;
    }
}
