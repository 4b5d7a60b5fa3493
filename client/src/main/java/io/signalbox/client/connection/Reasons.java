package io.signalbox.client.connection;

import com.hivemq.client.mqtt.mqtt5.message.Mqtt5ReasonCode;
import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Refusal;
import java.util.regex.Pattern;

/** MQTT's reason codes (MQTT 5, 2.4) in the words of the catalogue: the way back of what the gateway does. */
final class Reasons {
    private static final int UNSPECIFIED = 0x80;
    private static final int QUOTA_EXCEEDED = 0x97;
    private static final int SERVER_BUSY = 0x89;
    private static final int IMPLEMENTATION_SPECIFIC = 0x83;
    private static final Pattern BUSY = Pattern.compile("\\bbusy\\b", Pattern.CASE_INSENSITIVE);
    static final int SESSION_TAKEN_OVER = 0x8E;

    private Reasons() {}

    static Refusal refusal(Mqtt5ReasonCode code, String detail) {
        String text = detail.isEmpty() ? "the server said 0x" + Integer.toHexString(code.getCode()) : detail;
        return new Refusal(isBusy(code, detail) ? ReasonCode.BUSY : reason(code.getCode()), text);
    }

    private static ReasonCode reason(int code) {
        return switch (code) {
            case 0x81, 0x82 -> ReasonCode.MALFORMED;
            case IMPLEMENTATION_SPECIFIC -> ReasonCode.NOT_SUPPORTED;
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

    /** PUBACK and SUBACK have no code for it. */
    private static boolean isBusy(Mqtt5ReasonCode code, String detail) {
        return code.getCode() == IMPLEMENTATION_SPECIFIC && BUSY.matcher(detail).find();
    }

    /** A limit, or a fault of the server's own: neither says anything of the message. */
    static boolean isWorthAnotherTry(Mqtt5ReasonCode code, String detail) {
        return switch (code.getCode()) {
            case UNSPECIFIED, QUOTA_EXCEEDED, SERVER_BUSY -> true;
            case IMPLEMENTATION_SPECIFIC -> isBusy(code, detail);
            default -> false;
        };
    }
}
