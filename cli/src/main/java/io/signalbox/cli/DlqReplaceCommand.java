package io.signalbox.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "replace",
        description = "Publish an edited copy in place of a dead letter.",
        mixinStandardHelpOptions = true)
final class DlqReplaceCommand implements Callable<Integer> {
    @Mixin
    private final Api api = new Api();

    @Mixin
    private final Output output = new Output();

    @Parameters(index = "0", paramLabel = "ID", description = "Its id.")
    private long id;

    @Option(
            names = {"-m", "--message"},
            required = true,
            paramLabel = "TEXT",
            description = "The new payload.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String payload;

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC",
            description = "Another topic than the one it came from.")
    private @Nullable String topic;

    @Override
    @SuppressWarnings("unchecked")
    public Integer call() throws IOException {
        Map<String, @Nullable Object> letter = api.get("/api/v1/dead-letters/" + id);
        Map<String, @Nullable Object> message = new LinkedHashMap<>();
        if (letter.get("message") instanceof Map<?, ?> original) {
            message.putAll((Map<String, @Nullable Object>) original);
        }
        message.remove("payloadBase64");
        // With the name of the original it would be taken for a duplicate.
        message.remove("id");
        message.remove("idempotencyKey");
        message.put("payload", payload);
        if (topic != null) {
            message.put("topic", topic);
        }
        output.fields(api.post("/api/v1/dead-letters/" + id + "/replace", message));
        return 0;
    }
}
