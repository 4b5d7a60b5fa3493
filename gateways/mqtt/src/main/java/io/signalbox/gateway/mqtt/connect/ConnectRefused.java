package io.signalbox.gateway.mqtt.connect;

import io.signalbox.gateway.mqtt.frame.MqttReason;
import io.signalbox.gateway.mqtt.frame.ProtocolException;

/** A CONNECT that is answered with a CONNACK of this reason; {@code version} says in which form. Cheap. */
public final class ConnectRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int version;
    private final MqttReason reason;
    private final boolean forGood;

    public ConnectRefused(int version, MqttReason reason, String detail) {
        this(version, reason, detail, false);
    }

    private ConnectRefused(int version, MqttReason reason, String detail, boolean forGood) {
        super(detail, null, false, false);
        this.version = version;
        this.reason = reason;
        this.forGood = forGood;
    }

    /** The packet itself is wrong. */
    static ConnectRefused violation(int version, ProtocolException violation) {
        return new ConnectRefused(version, violation.reason(), violation.detail(), true);
    }

    /** Whether the same packet would be refused again, whatever the reason says. */
    public boolean forGood() {
        return forGood;
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
