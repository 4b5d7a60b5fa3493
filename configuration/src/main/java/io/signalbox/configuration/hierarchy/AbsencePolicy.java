package io.signalbox.configuration.hierarchy;

/** What happens when a transport's server is absent at the start. */
public enum AbsencePolicy {
    /** The start goes on; the server is waited for, and publishes are refused or held until it is there. */
    WAIT,
    /** The start fails. */
    FAIL,
    /** The start goes on, and publishes are kept on disk until the server is there. */
    SPOOL
}
