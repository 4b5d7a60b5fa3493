package io.signalbox.log;

/** Whether the log takes writes. It leaves {@link Full} and {@link Failed} by itself when a probe write succeeds. */
public sealed interface LogHealth {
    /** Writes succeed. */
    record Healthy() implements LogHealth {}

    /** No space for another segment; reads go on. */
    record Full(String reason) implements LogHealth {}

    /** The device refused a write or a sync; reads go on. */
    record Failed(String reason) implements LogHealth {}

    default boolean healthy() {
        return this instanceof Healthy;
    }
}
