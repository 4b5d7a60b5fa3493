package io.signalbox.configuration.hierarchy;

/** A transport cannot be opened. The message is one line, for people; nothing was left open. */
public final class AbsentTransportException extends Exception {
    private static final long serialVersionUID = 1L;

    AbsentTransportException(String message, Throwable cause) {
        super(message, cause);
    }
}
