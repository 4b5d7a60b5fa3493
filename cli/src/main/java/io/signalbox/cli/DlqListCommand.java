package io.signalbox.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "list", description = "List dead letters, oldest first.", mixinStandardHelpOptions = true)
final class DlqListCommand implements Callable<Integer> {
    @Mixin
    private final Api api = new Api();

    @Mixin
    private final Output output = new Output();

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "FILTER",
            description = "Whose original topic matches.")
    private @Nullable String topic;

    @Option(names = "--session", paramLabel = "NAME", description = "That could not be delivered to this session.")
    private @Nullable String session;

    @Option(names = "--reason", paramLabel = "REASON", description = "Such as rejected, expired or delivery-limit.")
    private @Nullable String reason;

    @Option(names = "--resolved", description = "Also those redriven or replaced.")
    private boolean resolved;

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            defaultValue = "100",
            description = "At most so many (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Override
    public Integer call() throws IOException {
        List<Map<String, @Nullable Object>> letters = Api.objects(
                api.get(
                        "/api/v1/dead-letters",
                        "topic",
                        topic,
                        "session",
                        session,
                        "reason",
                        reason,
                        "resolved",
                        resolved ? "true" : null,
                        "limit",
                        Integer.toString(limit)),
                "deadLetters");
        output.rows(
                output.json()
                        ? letters
                        : letters.stream().map(DlqListCommand::row).toList());
        return 0;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> row(Map<String, @Nullable Object> letter) {
        Map<String, @Nullable Object> row = Output.pick(letter, "id", "session");
        if (letter.get("time") instanceof Number millis) {
            row.put("time", Instant.ofEpochMilli(millis.longValue()).toString());
        }
        Map<String, @Nullable Object> message =
                (Map<String, @Nullable Object>) letter.getOrDefault("message", Map.of());
        if (message != null) {
            row.put("topic", message.get("topic"));
        }
        List<Map<String, @Nullable Object>> deaths = Api.objects(letter, "deaths");
        Map<String, @Nullable Object> last = deaths.isEmpty() ? new LinkedHashMap<>() : deaths.getLast();
        row.put("reason", last.get("reason"));
        row.put("count", last.get("count"));
        row.put("error", last.get("error"));
        return row;
    }
}
