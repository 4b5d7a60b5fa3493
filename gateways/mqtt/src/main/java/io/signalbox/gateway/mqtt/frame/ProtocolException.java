package io.signalbox.gateway.mqtt.frame;

/** A packet that ends its connection, with the reason that the client is told. Cheap: it has no stack trace. */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final MqttReason reason;

    public ProtocolException(MqttReason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    public static ProtocolException malformed(String detail) {
        return new ProtocolException(MqttReason.MALFORMED_PACKET, detail);
    }

    public static ProtocolException violation(String detail) {
        return new ProtocolException(MqttReason.PROTOCOL_ERROR, detail);
    }

    public MqttReason reason() {
        return reason;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
