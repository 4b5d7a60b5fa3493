package io.signalbox.client.subscribe;

import io.signalbox.client.connection.WireFilter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One subscription at the server, for all here that have the same filter. Guarded by {@link Subscriptions}. */
final class Wire {
    private static final long MARGIN_SECONDS = 1;

    private final String filter;
    private final SubscribeOptions options;
    final List<LocalSubscription> locals = new ArrayList<>();
    boolean granted;
    private long lastArrivalMillis;

    Wire(String filter, SubscribeOptions options) {
        this.filter = filter;
        this.options = options;
    }

    static String filter(SubscribeOptions options) {
        String text = options.filter().text();
        return options.share() == null ? text : "$share/" + options.share() + "/" + text;
    }

    String filter() {
        return filter;
    }

    void arrived(long nowMillis) {
        lastArrivalMillis = nowMillis;
    }

    /**
     * A past that was read already is not asked for again: when the server has lost the session, it goes on a little
     * before where the last message came, so that rather one comes twice than one is missing.
     */
    WireFilter request(long nowMillis) {
        String from = options.from();
        if (from != null && lastArrivalMillis > 0) {
            from = (nowMillis - lastArrivalMillis + 999) / 1_000 + MARGIN_SECONDS + "s";
        }
        return new WireFilter(filter, options.qos(), from, speed(from), options.retained(), options.noLocal());
    }

    private @Nullable String speed(@Nullable String from) {
        return from == null ? null : options.speed();
    }
}
