package io.signalbox.log;

/** The limit that made retention remove a segment. */
public enum RemovalReason {
    SEGMENTS_MAX,
    BYTES_MAX,
    AGE_MAX
}
