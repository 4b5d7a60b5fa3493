package io.signalbox.cli;

/** What was waited for did not happen in the time given. */
final class TimedOutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TimedOutException(String message) {
        super(message);
    }
}
