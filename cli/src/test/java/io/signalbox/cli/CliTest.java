package io.signalbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.SignalboxServer;
import io.signalbox.server.config.ServerConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.ObjectMapper;

/** The command against a server in this process. */
class CliTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static SignalboxServer server;

    private record Result(int exitCode, String out) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        server = SignalboxServer.start(ServerConfig.load(
                null,
                Map.of(),
                Map.of(
                        "mqtt.port",
                        "0",
                        "http.port",
                        "0",
                        "data.dir",
                        folder.resolve("data").toString())));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Result run(String... args) {
        StringWriter out = new StringWriter();
        int exitCode = Main.run(args, new PrintWriter(out, true));
        return new Result(exitCode, out.toString());
    }

    private static Result http(String... args) {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        all.add("--http");
        all.add("http://127.0.0.1:" + server.ports().http());
        return run(all.toArray(String[]::new));
    }

    private static Result mqtt(String... args) {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        all.add("-p");
        all.add(Integer.toString(server.ports().mqtt()));
        return run(all.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server",
                "pub",
                "sub",
                "history",
                "replay",
                "dlq",
                "stats",
                "ledger",
                "clients",
                "topics",
                "top",
                "health",
                "log",
                "bench",
                "passwd",
                "completion"
            })
    void everyCommandExplainsItself(String command) {
        Result result = run(command, "--help");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("Usage: signalbox " + command);
    }

    @Test
    void wrongUsageExitsWithTwo() {
        assertThat(run("publish").exitCode()).isEqualTo(2);
        assertThat(run("pub", "-t", "a").exitCode()).isEqualTo(2);
        assertThat(run("dlq", "purge").exitCode()).isEqualTo(2);
    }

    @Test
    void anAbsentServerExitsWithSixtyNine() {
        assertThat(run("stats", "--http", "http://127.0.0.1:1").exitCode()).isEqualTo(69);
        assertThat(run("pub", "-t", "a", "-m", "x", "-p", "1").exitCode()).isEqualTo(69);
    }

    @Test
    void aRefusedArgumentExitsWithOne() {
        assertThat(http("history", "a/#/b").exitCode()).isEqualTo(1);
        assertThat(http("dlq", "show", "999999").exitCode()).isEqualTo(1);
    }

    @Test
    void whatIsPublishedIsInHistoryReplayTopicsAndFigures() {
        assertThat(mqtt("pub", "-t", "cli/a", "-m", "one", "-q", "1").exitCode())
                .isZero();
        assertThat(mqtt("pub", "-t", "cli/a", "-m", "two", "-q", "2", "-H", "k=v")
                        .exitCode())
                .isZero();
        Result history = http("history", "cli/a");
        assertThat(history.lines()).hasSize(3);
        assertThat(history.lines().getFirst()).startsWith("SEQUENCE");
        assertThat(history.lines().getLast()).contains("cli/a").endsWith("two");
        Result replay = http("replay", "cli/#", "--json");
        assertThat(replay.lines())
                .hasSize(2)
                .allSatisfy(line ->
                        assertThat(JSON.readTree(line).get("topic").asString()).isEqualTo("cli/a"));
        assertThat(http("topics", "cli/#").out()).contains("cli/a");
        assertThat(JSON.readTree(http("stats", "--json").out()).get("published").asInt())
                .isGreaterThanOrEqualTo(2);
        assertThat(http("ledger").exitCode()).isZero();
        assertThat(http("health").out()).contains("up");
        assertThat(http("top", "--once", "--json").out()).contains("publishedPerSecond");
    }

    @Test
    void aSubscriptionBeginsInThePast() {
        for (int i = 0; i < 3; i++) {
            assertThat(mqtt("pub", "-t", "past/a", "-m", "m" + i, "-q", "1").exitCode())
                    .isZero();
        }
        Result sub = mqtt("sub", "-t", "past/#", "--from", "last=2", "-C", "2", "-W", "20", "-v");
        assertThat(sub.exitCode()).isZero();
        assertThat(sub.lines()).containsExactly("past/a m1", "past/a m2");
    }

    @Test
    void aDurableSubscriptionGetsWhatCameWhileItWasAway() {
        assertThat(mqtt("sub", "-t", "away/#", "-c", "-i", "reader", "-W", "1").exitCode())
                .isEqualTo(124);
        assertThat(mqtt("pub", "-t", "away/a", "-m", "hello", "-q", "1").exitCode())
                .isZero();
        assertThat(http("clients").out()).contains("reader").contains("OFFLINE");
        assertThat(mqtt("sub", "-t", "away/#", "-c", "-i", "reader", "-C", "1", "-W", "20", "--json")
                        .out())
                .contains("\"payload\":\"hello\"");
        assertThat(http("clients", "--remove", "reader").exitCode()).isZero();
        assertThat(http("clients").out()).doesNotContain("reader");
    }

    @Test
    void theLogIsReadWithoutTheServer() {
        assertThat(mqtt("pub", "-t", "log/a", "-m", "kept", "-q", "1").exitCode())
                .isZero();
        String data = folder.resolve("data").toString();
        assertThat(run("log", "cat", data, "-t", "log/#").out()).contains("\"payload\":\"kept\"");
        assertThat(run("log", "stat", data).out()).contains("ACTIVE");
        assertThat(run("log", "verify", data).out()).contains("clean");
        assertThat(run("log", "cat", folder.resolve("nothing").toString()).exitCode())
                .isEqualTo(69);
    }

    @Test
    void aShortBenchmarkDelivers() {
        Result result = mqtt("bench", "--seconds", "1", "--pairs", "1", "--json");
        assertThat(result.exitCode()).isZero();
        assertThat(JSON.readTree(result.out()).get("deliveredPerSecond").asInt())
                .isPositive();
    }

    @Test
    void completionNamesTheCommands() {
        assertThat(run("completion", "bash").out()).contains("history").contains("--from");
    }

    @Test
    void controlCharactersOfStrangersDoNotReachTheTerminal() {
        assertThat(Output.cell("a\u001b[2Jb\n")).isEqualTo("a\uFFFD[2Jb\uFFFD");
    }

    @Test
    void passwordsComeFromStandardInput() throws Exception {
        Path file = folder.resolve("users");
        java.io.InputStream before = System.in;
        System.setIn(new java.io.ByteArrayInputStream("secret\n".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        try {
            assertThat(run("passwd", file.toString(), "alice").exitCode()).isZero();
        } finally {
            System.setIn(before);
        }
        assertThat(Files.readString(file)).startsWith("alice:$argon2id$");
        assertThat(run("passwd", file.toString(), "alice", "--remove").exitCode())
                .as("the last user stays")
                .isEqualTo(1);
    }
}
