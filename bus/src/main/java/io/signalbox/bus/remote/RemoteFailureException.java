package io.signalbox.bus.remote;

/** A handler in another process failed. */
public final class RemoteFailureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String errorClass;

    RemoteFailureException(String errorClass, String message) {
        super(errorClass + ": " + message);
        this.errorClass = errorClass;
    }

    /** Name of the class that the handler threw, which need not exist here. */
    public String errorClass() {
        return errorClass;
    }
}
