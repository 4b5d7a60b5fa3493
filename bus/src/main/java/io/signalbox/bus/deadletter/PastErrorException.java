package io.signalbox.bus.deadletter;

/** What a handler threw in an earlier process. */
public final class PastErrorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String errorClass;

    public PastErrorException(String errorClass, String message) {
        super(errorClass + ": " + message, null, false, false);
        this.errorClass = errorClass;
    }

    /** Name of the class that was thrown, which need not exist here. */
    public String errorClass() {
        return errorClass;
    }
}
