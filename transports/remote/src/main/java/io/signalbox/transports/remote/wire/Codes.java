package io.signalbox.transports.remote.wire;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.signalbox.client.connection.Backoff;
import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Refusal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reason codes (MQTT 5, 2.4) in the words of the catalogue: the one that the server names where it does, else the way back
 * of what its gateway does.
 */
public final class Codes {
    public static final int SESSION_TAKEN_OVER = 0x8E;
    public static final int ADMINISTRATIVE_ACTION = 0x98;
    public static final int NOT_AUTHORIZED = 0x87;

    /** No code of MQTT's: the connection ended without a word. */
    public static final int NONE = 0;

    static final int FAILURE_MIN = 0x80;
    static final int NO_MATCHING_SUBSCRIBERS = 0x10;
    static final int NO_SUBSCRIPTION_EXISTED = 0x11;
    static final int UNSPECIFIED = 0x80;
    static final int PAYLOAD_FORMAT_INVALID = 0x99;

    private Codes() {}

    static Refusal refusal(int code, MqttProperties properties) {
        String text = Properties.text(properties, Properties.REASON_STRING);
        String named = Properties.user(properties, TransportNames.REASON);
        ReasonCode reason = reason(code);
        if (named != null) {
            for (ReasonCode known : ReasonCode.values()) {
                reason = known.code().equals(named) ? known : reason;
            }
        }
        return new Refusal(reason, text == null ? "the server said 0x" + Integer.toHexString(code) : text);
    }

    /** Why a CONNACK or DISCONNECT ends a connection, and when the server wants to be tried again. */
    static WireClosedException closed(int code, MqttProperties properties) {
        return new WireClosedException(code, refusal(code, properties), retryAfter(properties));
    }

    private static @Nullable Duration retryAfter(MqttProperties properties) {
        String text = Properties.user(properties, TransportNames.RETRY_AFTER);
        try {
            long millis = text == null ? 0 : Long.parseLong(text);
            return millis <= 0 ? null : Duration.ofMillis(Math.min(millis, Backoff.SUGGESTION_MAX.toMillis()));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    static ReasonCode reason(int code) {
        return switch (code) {
            case 0x81, 0x82 -> ReasonCode.MALFORMED;
            case 0x83 -> ReasonCode.NOT_SUPPORTED;
            case 0x86 -> ReasonCode.BAD_CREDENTIALS;
            case 0x85, NOT_AUTHORIZED -> ReasonCode.NOT_AUTHORIZED;
            case 0x88, 0x89, 0x9F -> ReasonCode.BUSY;
            case 0x8B -> ReasonCode.SHUTTING_DOWN;
            case SESSION_TAKEN_OVER -> ReasonCode.SESSION_TAKEN_OVER;
            case 0x8F -> ReasonCode.FILTER_INVALID;
            case 0x90 -> ReasonCode.TOPIC_INVALID;
            case 0x95 -> ReasonCode.PAYLOAD_TOO_LARGE;
            case 0x97 -> ReasonCode.QUOTA_EXCEEDED;
            case PAYLOAD_FORMAT_INVALID -> ReasonCode.PAYLOAD_UNREADABLE;
            default -> ReasonCode.INTERNAL;
        };
    }
}
