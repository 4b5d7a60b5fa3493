package io.signalbox.log;

/** A batch was not written. Nothing of it is readable, and its positions will be used again. */
public final class LogWriteException extends LogException {
    private static final long serialVersionUID = 1L;

    /** Whether space is missing or the device failed. */
    public enum Kind {
        FULL,
        IO
    }

    private final Kind kind;

    LogWriteException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    LogWriteException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
