package io.signalbox.gateway.mqtt.connect;

import io.signalbox.gateway.mqtt.frame.MqttReason;

/** A CONNECT that is answered with a CONNACK of this reason; {@code version} says in which form. Cheap. */
public final class ConnectRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int version;
    private final MqttReason reason;

    public ConnectRefused(int version, MqttReason reason, String detail) {
        super(detail, null, false, false);
        this.version = version;
        this.reason = reason;
    }

    public int version() {
        return version;
    }

    public MqttReason reason() {
        return reason;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
