package io.signalbox.bus.deadletter;

/** How a redrive ended. */
public enum Redrive {
    /** Handled; the dead letter is gone, and what was parked behind it goes on. */
    RESOLVED,
    /** It failed again, and is back with one more death. */
    FAILED_AGAIN,
    /** It was redriven as often as the bus allows, and stays: mend its message, or discard it. */
    LIMIT_REACHED,
    /** Its handler is not registered (any more, or yet), or the bus is closed; it stays. */
    NO_HANDLER,
    /** There is no such dead letter, or it is being redriven at this moment. */
    NOT_FOUND
}
