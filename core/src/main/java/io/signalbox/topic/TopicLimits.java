package io.signalbox.topic;

/** Bounds of every topic and filter: MQTT 5, 4.7.3 for the bytes; the depth bounds the cost of a match. */
public final class TopicLimits {
    /** In UTF-8. */
    public static final int BYTES_MAX = 65_535;

    public static final int LEVELS_MAX = 128;

    private TopicLimits() {}
}
