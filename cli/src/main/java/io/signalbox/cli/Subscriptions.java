package io.signalbox.cli;

import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The subscriptions of a session as the API lists them: filters, with {@code $share/GROUP/} before shared ones. */
final class Subscriptions {
    private Subscriptions() {}

    static List<String> of(Map<String, @Nullable Object> client) {
        return client.get("subscriptions") instanceof Collection<?> filters
                ? filters.stream().map(String::valueOf).toList()
                : List.of();
    }

    static List<String> matching(Map<String, @Nullable Object> client, Topic topic) {
        return of(client).stream()
                .filter(filter -> TopicFilter.ofCanonical(isShared(filter) ? filter.split("/", 3)[2] : filter)
                        .matches(topic))
                .toList();
    }

    static boolean isShared(String filter) {
        return filter.startsWith("$share/");
    }
}
