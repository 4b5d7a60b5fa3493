package io.signalbox.log;

/** Another process, or another log in this process, has the folder open. */
public final class LogLockedException extends LogException {
    private static final long serialVersionUID = 1L;

    private final String holder;

    LogLockedException(String message, String holder, Throwable cause) {
        super(message, cause);
        this.holder = holder;
    }

    /** The process id of the holder, or {@code unknown}. */
    public String holder() {
        return holder;
    }
}
