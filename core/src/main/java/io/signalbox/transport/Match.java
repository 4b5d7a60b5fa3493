package io.signalbox.transport;

import io.signalbox.message.Guarantee;

/**
 * How a message came to a session: the union of the session's matching subscriptions. One instance serves every
 * message that is routed alike.
 *
 * @param guarantee the highest that the matching subscriptions grant
 * @param subscriptionIds of all matching subscriptions that have one; do not write to it
 */
public record Match(Guarantee guarantee, boolean retainAsPublished, int[] subscriptionIds) {
    private static final int[] NO_IDS = {};
    private static final Match[] PLAIN = {
        new Match(Guarantee.AT_MOST_ONCE, false, NO_IDS),
        new Match(Guarantee.AT_LEAST_ONCE, false, NO_IDS),
        new Match(Guarantee.EXACTLY_ONCE, false, NO_IDS)
    };

    /** The match of a subscription without options. */
    public static Match plain(Guarantee guarantee) {
        return PLAIN[guarantee.ordinal()];
    }
}
