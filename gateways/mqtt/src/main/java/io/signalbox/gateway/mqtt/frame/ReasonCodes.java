package io.signalbox.gateway.mqtt.frame;

import io.signalbox.error.ReasonCode;

/** The catalogue of reasons in MQTT's words. */
public final class ReasonCodes {
    private ReasonCodes() {}

    public static MqttReason toMqtt(ReasonCode reason) {
        return switch (reason) {
            case TOPIC_INVALID, TOPIC_TOO_DEEP -> MqttReason.TOPIC_NAME_INVALID;
            case FILTER_INVALID -> MqttReason.TOPIC_FILTER_INVALID;
            case NOT_AUTHORIZED, AUTH_FAILED, POLICY -> MqttReason.NOT_AUTHORIZED;
            case PAYLOAD_UNREADABLE, SCHEMA_MISMATCH, DECRYPT_FAILED -> MqttReason.PAYLOAD_FORMAT_INVALID;
            case BAD_CREDENTIALS -> MqttReason.BAD_USER_NAME_OR_PASSWORD;
            case PAYLOAD_TOO_LARGE -> MqttReason.PACKET_TOO_LARGE;
            case QUOTA_EXCEEDED, QUEUE_FULL, STORAGE_FULL, SESSION_LIMIT -> MqttReason.QUOTA_EXCEEDED;
            case SEQUENCE_CONFLICT, NOT_SUPPORTED, NO_RESPONDERS, PLAN_UNMET -> MqttReason.IMPLEMENTATION_SPECIFIC;
            case SESSION_TAKEN_OVER -> MqttReason.SESSION_TAKEN_OVER;
            case MALFORMED -> MqttReason.MALFORMED_PACKET;
            case BUSY -> MqttReason.SERVER_BUSY;
            case SHUTTING_DOWN -> MqttReason.SERVER_SHUTTING_DOWN;
            case CLOSED -> MqttReason.SERVER_UNAVAILABLE;
            case STORAGE_FAILED, PARTIAL, SESSION_NOT_FOUND, DEAD_LETTER_NOT_FOUND, INTERNAL -> MqttReason.UNSPECIFIED;
        };
    }

    /** For CONNACK (MQTT 5, 3.2.2.2). */
    public static MqttReason toConnack(ReasonCode reason) {
        MqttReason code = toMqtt(reason);
        return switch (code) {
            case SERVER_SHUTTING_DOWN -> MqttReason.SERVER_UNAVAILABLE;
            case TOPIC_FILTER_INVALID, SESSION_TAKEN_OVER -> MqttReason.UNSPECIFIED;
            default -> code;
        };
    }

    /** For a DISCONNECT of the server (MQTT 5, 3.14.2.1). */
    public static MqttReason toDisconnect(ReasonCode reason) {
        MqttReason code = toMqtt(reason);
        return switch (code) {
            case SERVER_UNAVAILABLE -> MqttReason.SERVER_SHUTTING_DOWN;
            case BAD_USER_NAME_OR_PASSWORD -> MqttReason.NOT_AUTHORIZED;
            default -> code;
        };
    }

    /** For PUBACK and PUBREC, whose list of codes is short (MQTT 5, 3.4.2.1). */
    public static MqttReason toPublishAck(ReasonCode reason) {
        return switch (toMqtt(reason)) {
            case TOPIC_NAME_INVALID -> MqttReason.TOPIC_NAME_INVALID;
            case NOT_AUTHORIZED -> MqttReason.NOT_AUTHORIZED;
            case QUOTA_EXCEEDED, SERVER_BUSY -> MqttReason.QUOTA_EXCEEDED;
            case PAYLOAD_FORMAT_INVALID -> MqttReason.PAYLOAD_FORMAT_INVALID;
            // UNSPECIFIED would say that another try may help.
            case IMPLEMENTATION_SPECIFIC, PACKET_TOO_LARGE, MALFORMED_PACKET -> MqttReason.IMPLEMENTATION_SPECIFIC;
            default -> MqttReason.UNSPECIFIED;
        };
    }

    /** For SUBACK, whose list of codes is short, too (MQTT 5, 3.9.3). */
    public static MqttReason toSubscribeAck(ReasonCode reason) {
        return switch (toMqtt(reason)) {
            case TOPIC_FILTER_INVALID, TOPIC_NAME_INVALID -> MqttReason.TOPIC_FILTER_INVALID;
            case NOT_AUTHORIZED -> MqttReason.NOT_AUTHORIZED;
            case QUOTA_EXCEEDED, SERVER_BUSY -> MqttReason.QUOTA_EXCEEDED;
            case IMPLEMENTATION_SPECIFIC, MALFORMED_PACKET -> MqttReason.IMPLEMENTATION_SPECIFIC;
            default -> MqttReason.UNSPECIFIED;
        };
    }

    /** For UNSUBACK, whose list of codes is the shortest (MQTT 5, 3.11.3). */
    public static MqttReason toUnsubscribeAck(ReasonCode reason) {
        return switch (toMqtt(reason)) {
            case TOPIC_FILTER_INVALID, TOPIC_NAME_INVALID -> MqttReason.TOPIC_FILTER_INVALID;
            case NOT_AUTHORIZED -> MqttReason.NOT_AUTHORIZED;
            case IMPLEMENTATION_SPECIFIC -> MqttReason.IMPLEMENTATION_SPECIFIC;
            default -> MqttReason.UNSPECIFIED;
        };
    }
}
