package io.signalbox.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which dead letters. */
final class DlqSelection {
    @Parameters(paramLabel = "ID", description = "Ids of dead letters.", arity = "0..*")
    List<Long> ids = List.of();

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "FILTER",
            description = "Whose original topic matches.")
    @Nullable
    String topic;

    @Option(names = "--session", paramLabel = "NAME", description = "That could not be delivered to this session.")
    @Nullable
    String session;

    @Option(names = "--reason", paramLabel = "REASON", description = "Such as rejected, expired or delivery-limit.")
    @Nullable
    String reason;

    @Option(names = "--all", description = "All of them.")
    boolean all;

    boolean isEmpty() {
        return ids.isEmpty() && topic == null && session == null && reason == null && !all;
    }

    Map<String, @Nullable Object> query() {
        Map<String, @Nullable Object> query = new LinkedHashMap<>();
        put(query, "topic", topic);
        put(query, "session", session);
        put(query, "reason", reason);
        return query;
    }

    private static void put(Map<String, @Nullable Object> query, String name, @Nullable String value) {
        if (value != null) {
            query.put(name, value);
        }
    }
}
