package io.signalbox.transports.composite.strategy;

import io.signalbox.error.ReasonCode;
import java.util.Set;

/** Tells a transport that cannot be reached, or cannot work, from a message that it would never take. */
public final class Outage {
    /** Refusals that the same message would meet again on a transport in the best of health. */
    private static final Set<ReasonCode> OF_THE_MESSAGE = Set.of(
            ReasonCode.TOPIC_INVALID,
            ReasonCode.FILTER_INVALID,
            ReasonCode.TOPIC_TOO_DEEP,
            ReasonCode.NOT_AUTHORIZED,
            ReasonCode.PAYLOAD_TOO_LARGE,
            ReasonCode.QUEUE_FULL,
            ReasonCode.SEQUENCE_CONFLICT,
            ReasonCode.NOT_SUPPORTED,
            ReasonCode.NO_RESPONDERS,
            ReasonCode.MALFORMED,
            ReasonCode.PARTIAL);

    private Outage() {}

    /** A reason that is not known to be the message's own counts as an outage: the message is kept. */
    public static boolean is(ReasonCode reason) {
        return !OF_THE_MESSAGE.contains(reason);
    }
}
