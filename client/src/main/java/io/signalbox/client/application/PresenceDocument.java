package io.signalbox.client.application;

import java.util.List;

/**
 * What an application says of itself, retained at {@code apps/UUID/presence/NAME}.
 *
 * @param connectedAt epoch milliseconds
 * @param subscriptions at most 1,000; further ones work, but are not announced
 */
record PresenceDocument(String uuid, String name, long connectedAt, List<Wanted> subscriptions) {
    static final int SUBSCRIPTIONS_MAX = 1_000;
    static final String FILTER = "apps/+/presence/+";

    /**
     * @param source {@code *}, {@code uuid} or {@code uuid/name}
     * @param topic the filter's canonical text
     */
    record Wanted(String source, String topic) {}

    static String topic(Identity identity) {
        return "apps/" + identity.uuid() + "/presence/" + identity.name();
    }
}
