package io.signalbox.transports.composite.merge;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.transport.Match;

/** A delivery of a member's, as it came. */
record Arrival(
        int deliveryId, Message message, Match match, int deliveryCount, boolean redelivered, boolean fromRetained) {

    boolean needsSettling() {
        return message.guarantee().atMost(match.guarantee()) != Guarantee.AT_MOST_ONCE;
    }
}
