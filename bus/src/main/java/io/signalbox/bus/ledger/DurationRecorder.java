package io.signalbox.bus.ledger;

/** Hears how long handlers took, on the thread that ran them. A bus without one does not look at the clock. */
public interface DurationRecorder {
    /** Should this call be measured? Asked before each; false spares both looks at the clock. */
    default boolean samples() {
        return true;
    }

    void event(Class<?> type, String handler, long nanos, boolean succeeded);

    void command(Class<?> type, String handler, long nanos, boolean succeeded);
}
