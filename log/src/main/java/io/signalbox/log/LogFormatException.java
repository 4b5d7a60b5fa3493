package io.signalbox.log;

/** The folder was written by a newer version, or is no log at all. Nothing in it was touched. */
public final class LogFormatException extends LogException {
    private static final long serialVersionUID = 1L;

    LogFormatException(String message) {
        super(message);
    }
}
