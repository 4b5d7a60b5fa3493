package io.signalbox.transport.provider;

/** What opening a transport does while its server cannot be reached. */
public enum WhenAbsent {
    /** It opens all the same, and goes on trying; its health says so. */
    WAIT,
    /** It fails to open. */
    FAIL
}
