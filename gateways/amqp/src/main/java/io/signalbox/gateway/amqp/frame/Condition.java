package io.signalbox.gateway.amqp.frame;

import io.signalbox.error.ReasonCode;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;

/** The error conditions of AMQP 1.0 (2.8.15 to 2.8.18) that this gateway uses. */
public enum Condition {
    INTERNAL_ERROR("amqp:internal-error"),
    NOT_FOUND("amqp:not-found"),
    UNAUTHORIZED_ACCESS("amqp:unauthorized-access"),
    DECODE_ERROR("amqp:decode-error"),
    RESOURCE_LIMIT_EXCEEDED("amqp:resource-limit-exceeded"),
    NOT_ALLOWED("amqp:not-allowed"),
    INVALID_FIELD("amqp:invalid-field"),
    NOT_IMPLEMENTED("amqp:not-implemented"),
    RESOURCE_LOCKED("amqp:resource-locked"),
    RESOURCE_DELETED("amqp:resource-deleted"),
    FRAME_SIZE_TOO_SMALL("amqp:frame-size-too-small"),
    CONNECTION_FORCED("amqp:connection:forced"),
    FRAMING_ERROR("amqp:connection:framing-error"),
    LINK_STOLEN("amqp:link:stolen"),
    DETACH_FORCED("amqp:link:detach-forced"),
    TRANSFER_LIMIT_EXCEEDED("amqp:link:transfer-limit-exceeded"),
    MESSAGE_SIZE_EXCEEDED("amqp:link:message-size-exceeded"),
    TRANSACTION_UNKNOWN_ID("amqp:transaction:unknown-id");

    /** With what stands around it, it fits in the smallest frame that there is (2.7.1). */
    private static final int DESCRIPTION_BYTES_MAX = 300;

    private final Symbol symbol;

    Condition(String symbol) {
        this.symbol = Symbol.valueOf(symbol);
    }

    public Symbol symbol() {
        return symbol;
    }

    /** As it goes over the wire; a long text is cut. */
    public ErrorCondition error(String description) {
        return new ErrorCondition(symbol, cut(description));
    }

    private static String cut(String text) {
        int bytes = 0;
        for (int at = 0; at < text.length(); ) {
            int codePoint = text.codePointAt(at);
            bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
            if (bytes > DESCRIPTION_BYTES_MAX) {
                return text.substring(0, at);
            }
            at += Character.charCount(codePoint);
        }
        return text;
    }

    /** The catalogue of reasons in AMQP's words. */
    public static Condition of(ReasonCode reason) {
        return switch (reason) {
            case TOPIC_INVALID, FILTER_INVALID, TOPIC_TOO_DEEP, MALFORMED -> INVALID_FIELD;
            case NOT_AUTHORIZED, BAD_CREDENTIALS, AUTH_FAILED, POLICY -> UNAUTHORIZED_ACCESS;
            case PAYLOAD_TOO_LARGE -> MESSAGE_SIZE_EXCEEDED;
            case QUOTA_EXCEEDED, QUEUE_FULL, STORAGE_FULL, SESSION_LIMIT, PLAN_UNMET, BUSY -> RESOURCE_LIMIT_EXCEEDED;
            case NOT_SUPPORTED -> NOT_IMPLEMENTED;
            case SESSION_NOT_FOUND, DEAD_LETTER_NOT_FOUND, NO_RESPONDERS -> NOT_FOUND;
            case SESSION_TAKEN_OVER -> RESOURCE_LOCKED;
            case PAYLOAD_UNREADABLE, SCHEMA_MISMATCH, DECRYPT_FAILED -> DECODE_ERROR;
            case SEQUENCE_CONFLICT -> NOT_ALLOWED;
            case SHUTTING_DOWN, CLOSED -> CONNECTION_FORCED;
            case STORAGE_FAILED, PARTIAL, INTERNAL -> INTERNAL_ERROR;
        };
    }
}
