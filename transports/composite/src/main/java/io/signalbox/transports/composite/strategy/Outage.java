package io.signalbox.transports.composite.strategy;

import io.signalbox.error.ReasonCode;
import java.util.Set;

/**
 * What a refusal says of the future. Whoever can still tell the publisher asks {@link #is}: an outage sends the message
 * another way, and every other refusal is the publisher's. Whoever has answered for the message already asks {@link
 * #isFinal}, and goes on trying as long as it is not.
 */
public final class Outage {
    /** The same message would meet them again, whenever it comes: it is the message that is wrong. */
    private static final Set<ReasonCode> OF_THE_MESSAGE = Set.of(
            ReasonCode.TOPIC_INVALID,
            ReasonCode.FILTER_INVALID,
            ReasonCode.TOPIC_TOO_DEEP,
            ReasonCode.PAYLOAD_TOO_LARGE,
            ReasonCode.SEQUENCE_CONFLICT,
            ReasonCode.NOT_SUPPORTED,
            ReasonCode.MALFORMED);

    /** A transport in the best of health gives them, and may give another answer once somebody has seen to it. */
    private static final Set<ReasonCode> OF_ITS_STATE =
            Set.of(ReasonCode.NOT_AUTHORIZED, ReasonCode.QUEUE_FULL, ReasonCode.NO_RESPONDERS, ReasonCode.PARTIAL);

    private Outage() {}

    /** A reason that is not known to be anything else counts as an outage: the message is kept. */
    public static boolean is(ReasonCode reason) {
        return !OF_THE_MESSAGE.contains(reason) && !OF_ITS_STATE.contains(reason);
    }

    /** No later try can end otherwise. */
    public static boolean isFinal(ReasonCode reason) {
        return OF_THE_MESSAGE.contains(reason);
    }
}
