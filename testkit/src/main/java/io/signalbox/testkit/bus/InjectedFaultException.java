package io.signalbox.testkit.bus;

import java.io.Serial;

/** A failure that a simulation made up. */
public final class InjectedFaultException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final boolean afterHandler;

    InjectedFaultException(boolean afterHandler) {
        super(afterHandler ? "injected after the handler was done" : "injected instead of calling the handler");
        this.afterHandler = afterHandler;
    }

    /** Was the handler called, and has done its work? */
    public boolean isAfterHandler() {
        return afterHandler;
    }
}
