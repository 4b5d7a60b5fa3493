package io.signalbox.systemtests.process;

/** Configuration keys that the scenarios set. */
public final class Keys {
    public static final String QUEUE_MESSAGES_MAX = "mqtt.queue-messages-max";
    public static final String QUEUE_BYTES_MAX = "mqtt.queue-bytes-max";
    public static final String CONNECT_TIMEOUT = "mqtt.connect-timeout";

    private Keys() {}
}
