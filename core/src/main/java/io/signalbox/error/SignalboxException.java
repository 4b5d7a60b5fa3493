package io.signalbox.error;

import org.jspecify.annotations.Nullable;

/** A refusal with its reason from the catalogue and a text that names the value and the limit. */
public class SignalboxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ReasonCode reason;

    public SignalboxException(ReasonCode reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    public SignalboxException(ReasonCode reason, String detail, @Nullable Throwable cause) {
        super(detail, cause);
        this.reason = reason;
    }

    public final ReasonCode reason() {
        return reason;
    }
}
