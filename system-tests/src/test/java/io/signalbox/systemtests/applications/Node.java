package io.signalbox.systemtests.applications;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.Child;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A process of Node.js that does what it is told: {@code js/sdk/peer.mjs} says in which lines. Thread-safe. */
final class Node implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Path ROOT = Path.of(System.getProperty("signalbox.root", "."));

    private final Child process;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger applications = new AtomicInteger();

    Node() {
        assertThat(ROOT.resolve("client-js/dist/node.js"))
                .as("the package, which Maven builds in client-js")
                .exists();
        process = Child.start(
                List.of(
                        "node",
                        ROOT.resolve("system-tests/src/test/js/sdk/peer.mjs").toString()),
                Map.of());
    }

    /** @return by which the process knows one more application */
    int nextApplication() {
        return applications.incrementAndGet();
    }

    /** @return what the call returned; fails with {@link Application.Refused} */
    JsonNode call(int application, String name, @Nullable Object... arguments) {
        int number = calls.incrementAndGet();
        Map<String, Object> call = new LinkedHashMap<>();
        call.put("n", number);
        call.put("bus", application);
        call.put("call", name);
        call.put("args", Arrays.asList(arguments));
        process.say(JsonMapper.shared().writeValueAsString(call));
        String begin = "answer " + number + " ";
        String line = process.awaitLine(each -> each.startsWith(begin), PATIENCE);
        assertThat(line).as(process.tail()).isNotNull();
        JsonNode answer = JsonMapper.shared().readTree(String.valueOf(line).substring(begin.length()));
        if (answer.has("error")) {
            throw new Application.Refused(
                    answer.get("error").asString(), answer.path("message").asString());
        }
        return answer.get("value");
    }

    /** What one application has heard, line by line. */
    List<String> heard(int application) {
        String begin = "heard " + application + " ";
        return process.lines().stream()
                .filter(line -> line.startsWith(begin))
                .map(line -> line.substring(begin.length()))
                .toList();
    }

    /** Nothing more will be said to it; it ends by itself when it has nothing more to do. */
    int awaitEnd() {
        process.feed("");
        return process.awaitExit(PATIENCE);
    }

    @Override
    public void close() {
        process.close();
    }
}
