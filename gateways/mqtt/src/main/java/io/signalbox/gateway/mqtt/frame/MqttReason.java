package io.signalbox.gateway.mqtt.frame;

/** Reason codes (MQTT 5, 2.4) that this gateway sends, and what 3.1.1 makes of them in a CONNACK (3.1.1, 3.2.2.3). */
public enum MqttReason {
    SUCCESS(0x00, 0),
    NO_MATCHING_SUBSCRIBERS(0x10, 0),
    NO_SUBSCRIPTION_EXISTED(0x11, 0),
    UNSPECIFIED(0x80, 3),
    MALFORMED_PACKET(0x81, 0),
    PROTOCOL_ERROR(0x82, 0),
    IMPLEMENTATION_SPECIFIC(0x83, 3),
    UNSUPPORTED_PROTOCOL_VERSION(0x84, 1),
    CLIENT_IDENTIFIER_NOT_VALID(0x85, 2),
    BAD_USER_NAME_OR_PASSWORD(0x86, 4),
    NOT_AUTHORIZED(0x87, 5),
    SERVER_UNAVAILABLE(0x88, 3),
    SERVER_BUSY(0x89, 3),
    SERVER_SHUTTING_DOWN(0x8B, 3),
    BAD_AUTHENTICATION_METHOD(0x8C, 0),
    KEEP_ALIVE_TIMEOUT(0x8D, 0),
    SESSION_TAKEN_OVER(0x8E, 0),
    TOPIC_FILTER_INVALID(0x8F, 0),
    TOPIC_NAME_INVALID(0x90, 5),
    PACKET_IDENTIFIER_NOT_FOUND(0x92, 0),
    RECEIVE_MAXIMUM_EXCEEDED(0x93, 0),
    TOPIC_ALIAS_INVALID(0x94, 0),
    PACKET_TOO_LARGE(0x95, 0),
    QUOTA_EXCEEDED(0x97, 3),
    ADMINISTRATIVE_ACTION(0x98, 0),
    PAYLOAD_FORMAT_INVALID(0x99, 0),
    RETAIN_NOT_SUPPORTED(0x9A, 3),
    CONNECTION_RATE_EXCEEDED(0x9F, 3);

    private final int code;
    private final int connectReturnCode;

    MqttReason(int code, int connectReturnCode) {
        this.code = code;
        this.connectReturnCode = connectReturnCode;
    }

    public int code() {
        return code;
    }

    /** For a CONNACK of MQTT 3.1.1; 0: that version has no word for it, the connection is closed without one. */
    public int connectReturnCode() {
        return connectReturnCode;
    }
}
