package io.signalbox.bus.message;

import io.signalbox.error.ReasonCode;

/** Why a message was not handled. The {@link #code()} is stable: it names counters, dead letters and replies. */
public enum Reason {
    NO_HANDLER("no_handler", ReasonCode.NO_RESPONDERS, "nobody handles this type; register a handler first"),
    REGISTRY("registry", ReasonCode.INTERNAL, "the registry threw when asked for the handlers; see its text"),
    QUEUE_FULL("queue_full", ReasonCode.QUEUE_FULL, "the queue of this type is full; retry after a pause"),
    DROPPED_OLDEST("dropped_oldest", ReasonCode.QUEUE_FULL, "made room for a newer message of its type"),
    RATE_LIMITED("rate_limited", ReasonCode.BUSY, "more than is let in at present; retry after the time named"),
    CIRCUIT_OPEN("circuit_open", ReasonCode.BUSY, "what the handler calls is failing; retry after the time named"),
    CLOSED("closed", ReasonCode.CLOSED, "the bus is closed; open another"),
    SESSION_CLOSED("session_closed", ReasonCode.CLOSED, "the session is closed; open another"),
    EXPIRED("expired", ReasonCode.BUSY, "its time was over before it was handled"),
    CANCELLED("cancelled", ReasonCode.BUSY, "whoever sent it no longer wants it"),
    TOO_DEEP("too_deep", ReasonCode.QUOTA_EXCEEDED, "the chain of causes is too long; look for an endless loop"),
    FILTERED("filtered", ReasonCode.NOT_AUTHORIZED, "a filter of the bus did not let it pass"),
    FILTER_FAILED("filter_failed", ReasonCode.INTERNAL, "a filter of the bus threw; see its text"),
    INVALID("invalid", ReasonCode.MALFORMED, "it breaks its own constraints; mend the message"),
    NOT_AUTHORIZED("not_authorized", ReasonCode.NOT_AUTHORIZED, "the sender may not do this"),
    DUPLICATE("duplicate", ReasonCode.BUSY, "the same message is being handled, or was"),
    DELIVERY_LIMIT("delivery_limit", ReasonCode.INTERNAL, "its handler failed more often than its policy retries"),
    REJECTED("rejected", ReasonCode.INTERNAL, "its handler refused it for good"),
    PARKED("parked", ReasonCode.BUSY, "an earlier message of its ordering key is dead-lettered; redrive that one"),
    LINK_LOST("link_lost", ReasonCode.CLOSED, "its link was lost before it was begun; the next one brings it again"),
    MAXLEN("maxlen", ReasonCode.QUOTA_EXCEEDED, "the dead letters are at their bound; the oldest gave way"),
    TRANSPORT("transport", ReasonCode.INTERNAL, "the transport did not take it; see its text");

    private final String code;
    private final ReasonCode wire;
    private final String remedy;

    Reason(String code, ReasonCode wire, String remedy) {
        this.code = code;
        this.wire = wire;
        this.remedy = remedy;
    }

    /** By its code; {@link #TRANSPORT} for one that this version does not know. */
    public static Reason ofCode(String code) {
        for (Reason each : values()) {
            if (each.code.equals(code)) {
                return each;
            }
        }
        return TRANSPORT;
    }

    /** Stable identifier, lower case with underscores. */
    public String code() {
        return code;
    }

    /** The entry of the catalogue that crosses wires. */
    public ReasonCode wire() {
        return wire;
    }

    /** What happened, and what the reader can do about it. */
    public String remedy() {
        return remedy;
    }
}
