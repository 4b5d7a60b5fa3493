package io.signalbox.broker;

import java.util.List;

/**
 * A session as an operator sees it.
 *
 * @param principal the user's name; empty for anonymous
 * @param subscriptions filters in canonical text, with {@code $share/GROUP/} before shared ones
 */
public record SessionInfo(
        String name,
        String principal,
        State state,
        boolean durable,
        List<String> subscriptions,
        int queuedMessages,
        long queuedBytes,
        int unsettled,
        long delivered,
        long dropped,
        long sinceMillis) {

    /** ONLINE, then after a lost connection SUSPECT for the grace, then OFFLINE until the session's expiry. */
    public enum State {
        ONLINE,
        SUSPECT,
        OFFLINE,
        EXPIRED
    }
}
