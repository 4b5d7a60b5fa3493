package io.signalbox.log;

import java.io.IOException;

/** Anything that a log refuses or fails at; the subclass says what to do about it. */
public abstract sealed class LogException extends IOException
        permits LogWriteException,
                LogLockedException,
                LogFormatException,
                RecordNotFoundException,
                CorruptRecordException {
    private static final long serialVersionUID = 1L;

    LogException(String message) {
        super(message);
    }

    LogException(String message, Throwable cause) {
        super(message, cause);
    }
}
