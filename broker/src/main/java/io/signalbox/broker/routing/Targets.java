package io.signalbox.broker.routing;

import io.signalbox.message.Guarantee;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Merges the matching subscriptions of each session into one target (MQTT 5, 3.3.4: the highest QoS, all the ids). */
final class Targets {
    private static final Target[] NONE = {};

    private Targets() {}

    static Match matchOf(FilterSpec spec) {
        return union(List.of(spec));
    }

    static Target[] merge(List<Subscription> subscriptions) {
        if (subscriptions.isEmpty()) {
            return NONE;
        }
        Map<Recipient, List<FilterSpec>> bySession = new LinkedHashMap<>();
        for (Subscription s : subscriptions) {
            bySession.computeIfAbsent(s.recipient(), r -> new ArrayList<>(1)).add(s.spec());
        }
        List<Target> targets = new ArrayList<>(bySession.size());
        bySession.forEach((recipient, specs) -> {
            Match match = union(specs);
            targets.add(new Target(recipient, match, matchOfOwn(specs, match)));
        });
        return targets.toArray(NONE);
    }

    /** What a session gets of its own messages: all but the no-local subscriptions (MQTT 5, 3.8.3.1). */
    private static @Nullable Match matchOfOwn(List<FilterSpec> specs, Match all) {
        List<FilterSpec> local = specs.stream().filter(s -> !s.noLocal()).toList();
        if (local.size() == specs.size()) {
            return all;
        }
        return local.isEmpty() ? null : union(local);
    }

    private static Match union(List<FilterSpec> specs) {
        Guarantee guarantee = Guarantee.AT_MOST_ONCE;
        boolean retainAsPublished = false;
        int ids = 0;
        for (FilterSpec s : specs) {
            guarantee = s.guarantee().compareTo(guarantee) > 0 ? s.guarantee() : guarantee;
            retainAsPublished |= s.retainAsPublished();
            ids += s.subscriptionId() > 0 ? 1 : 0;
        }
        if (ids == 0 && !retainAsPublished) {
            return Match.plain(guarantee);
        }
        int[] subscriptionIds = specs.stream()
                .mapToInt(FilterSpec::subscriptionId)
                .filter(id -> id > 0)
                .toArray();
        return new Match(guarantee, retainAsPublished, subscriptionIds);
    }
}
