package io.signalbox.codec;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;

/** A message that cannot or may not be read, with the reason to log, to count and to write on the dead letter. */
public class CodecException extends SignalboxException {
    private static final long serialVersionUID = 1L;

    public CodecException(ReasonCode reason, String detail) {
        super(reason, detail);
    }

    public CodecException(ReasonCode reason, String detail, Throwable cause) {
        super(reason, detail, cause);
    }

    /** The code as dead letters and counters write it, with underscores: {@code schema_mismatch}. */
    public final String deadLetterReason() {
        return reason().code().replace('-', '_');
    }
}
