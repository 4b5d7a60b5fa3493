package io.signalbox.client.application;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an application says of itself, retained at {@code apps/UUID/presence/NAME}. Others may write what they like there.
 *
 * @param connectedAt epoch milliseconds
 * @param subscriptions at most 1,000; further ones work, but are not announced
 */
record PresenceDocument(
        @Nullable String uuid,
        @Nullable String name,
        long connectedAt,
        @Nullable List<@Nullable Wanted> subscriptions) {
    static final int SUBSCRIPTIONS_MAX = 1_000;
    static final String FILTER = "apps/+/presence/+";

    /**
     * @param source {@code *}, {@code uuid} or {@code uuid/name}
     * @param topic the filter's canonical text
     */
    record Wanted(@Nullable String source, @Nullable String topic) {}

    static String topic(Identity identity) {
        return "apps/" + identity.uuid() + "/presence/" + identity.name();
    }

    /** Those that are there. */
    List<Wanted> all() {
        List<Wanted> all = new ArrayList<>();
        if (subscriptions != null) {
            for (Wanted wanted : subscriptions) {
                if (wanted != null) {
                    all.add(wanted);
                }
            }
        }
        return all;
    }
}
