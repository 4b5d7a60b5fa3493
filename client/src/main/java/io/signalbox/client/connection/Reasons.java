package io.signalbox.client.connection;

import com.hivemq.client.mqtt.mqtt5.message.Mqtt5ReasonCode;
import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Refusal;

/** MQTT's reason codes (MQTT 5, 2.4) in the words of the catalogue: the way back of what the gateway does. */
final class Reasons {
    private static final int UNSPECIFIED = 0x80;
    private static final int QUOTA_EXCEEDED = 0x97;
    private static final int SERVER_BUSY = 0x89;
    static final int SESSION_TAKEN_OVER = 0x8E;

    private Reasons() {}

    static Refusal refusal(Mqtt5ReasonCode code, String detail) {
        String text = detail.isEmpty() ? "the server said 0x" + Integer.toHexString(code.getCode()) : detail;
        return new Refusal(reason(code.getCode()), text);
    }

    private static ReasonCode reason(int code) {
        return switch (code) {
            case 0x81, 0x82 -> ReasonCode.MALFORMED;
            case 0x83 -> ReasonCode.NOT_SUPPORTED;
            case 0x86 -> ReasonCode.BAD_CREDENTIALS;
            case 0x87 -> ReasonCode.NOT_AUTHORIZED;
            case SERVER_BUSY -> ReasonCode.BUSY;
            case 0x8B -> ReasonCode.SHUTTING_DOWN;
            case SESSION_TAKEN_OVER -> ReasonCode.SESSION_TAKEN_OVER;
            case 0x8F -> ReasonCode.FILTER_INVALID;
            case 0x90 -> ReasonCode.TOPIC_INVALID;
            case 0x95 -> ReasonCode.PAYLOAD_TOO_LARGE;
            case QUOTA_EXCEEDED -> ReasonCode.QUOTA_EXCEEDED;
            case 0x99 -> ReasonCode.PAYLOAD_UNREADABLE;
            default -> ReasonCode.INTERNAL;
        };
    }

    /** A limit, or a fault of the server's own: neither says anything of the message. */
    static boolean isWorthAnotherTry(Mqtt5ReasonCode code) {
        return switch (code.getCode()) {
            case UNSPECIFIED, QUOTA_EXCEEDED, SERVER_BUSY -> true;
            default -> false;
        };
    }
}
