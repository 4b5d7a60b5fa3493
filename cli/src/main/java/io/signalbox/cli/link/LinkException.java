package io.signalbox.cli.link;

/** The server is not there, or refused; the text says what happened and what to do. */
public final class LinkException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What a script may want to tell apart. */
    public enum Kind {
        UNAVAILABLE,
        NOT_PERMITTED,
        REFUSED,
        /** A request that nobody is there to answer. */
        NO_RESPONDERS,
        /** The time that the command was given is over. */
        TIMED_OUT,
        /** Nobody wants the answer any more. */
        ENDED
    }

    private final Kind kind;

    public LinkException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
