package io.signalbox.client.http;

import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.StoredMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * What the server remembers. All of it fails with a {@link io.signalbox.error.SignalboxException}: NOT_SUPPORTED when the
 * HTTP API's place is not known, else with the server's reason.
 */
public final class Past implements AutoCloseable {
    private final ServerApi api;
    private final Executor executor;

    /** @param executor of virtual threads: a replay blocks one */
    public Past(ApiPlace place, Executor executor) {
        this.executor = executor;
        api = new ServerApi(place, executor);
    }

    /**
     * The last messages of a filter, oldest first.
     *
     * @param last 1 to 10,000; together at most 16 MiB, of which the oldest are left out
     */
    public CompletionStage<List<StoredMessage>> history(TopicFilter filter, int last) {
        return api.get("/api/v1/history", Map.of("topic", filter.text(), "last", Integer.toString(last)))
                .thenApply(answer -> answer.path("messages")
                        .valueStream()
                        .map(MessageReader::stored)
                        .toList());
    }

    /**
     * The past again, oldest first, one at a time: a slow consumer slows down the replay.
     *
     * @param from {@code all}, {@code last=100}, {@code 24h}, {@code seq=123} or a time
     * @param speed 0: at once, 1: as it happened, 10: ten times as fast
     * @return how many there were
     */
    public CompletionStage<Long> replay(
            TopicFilter filter, String from, double speed, Consumer<StoredMessage> consumer) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("filter", filter.text());
        parameters.put("from", from);
        parameters.put("speed", Double.toString(speed));
        return api.lines("/api/v1/replay", parameters).thenApplyAsync(lines -> handOver(lines, consumer), executor);
    }

    private static long handOver(Stream<JsonNode> lines, Consumer<StoredMessage> consumer) {
        long[] count = {0};
        try (lines) {
            lines.forEach(line -> {
                count[0]++;
                consumer.accept(MessageReader.stored(line));
            });
        }
        return count[0];
    }

    /** What could not be delivered, oldest first; an administrator's right. @param limit 1 to 10,000 */
    public CompletionStage<List<DeadLetter>> deadLetters(int limit) {
        return api.get("/api/v1/dead-letters", Map.of("limit", Integer.toString(limit)))
                .thenApply(answer -> answer.path("deadLetters")
                        .valueStream()
                        .map(DeadLetter::read)
                        .toList());
    }

    /** The server's figures by name, as it sends them; an administrator's right. */
    public CompletionStage<Map<String, Object>> stats() {
        return api.get("/api/v1/stats", Map.of()).thenApply(Figures::of);
    }

    @Override
    public void close() {
        api.close();
    }
}
