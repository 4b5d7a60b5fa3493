package io.signalbox.systemtests.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.signalbox.systemtests.process.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as the launcher runs it: libraries of transports are beside its class path, not on it. */
class TransportLibrariesTest {
    private static final Path CLI = Path.of(System.getProperty("signalbox.root", ".."), "cli/target");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void onlyAfterTheCommandLineWasPackaged() {
        assumeThat(CLI.resolve("transports"))
                .as("only `mvn package` and `mvn verify` copy the libraries")
                .isDirectory();
    }

    private static List<Path> jars(String where) throws IOException {
        try (Stream<Path> files = Files.list(CLI.resolve(where))) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }

    private Child launch(String... arguments) throws IOException {
        List<Path> classPath = new ArrayList<>(jars("lib"));
        jars(".").stream()
                .filter(jar -> jar.getFileName().toString().startsWith("signalbox-cli-"))
                .forEach(classPath::add);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dsignalbox.transports=" + CLI.resolve("transports"),
                "-cp",
                classPath.stream().map(Path::toString).collect(Collectors.joining(":")),
                "io.signalbox.cli.Main"));
        command.addAll(List.of(arguments));
        return Child.start(command, Map.of());
    }

    @Test
    void aServerWithoutTransportsHasNoneOfTheirLibrariesOnItsClassPath() throws IOException {
        String names = jars("lib").toString();
        assertThat(names)
                .doesNotContain("lettuce", "amqp-client", "postgresql", "HikariCP", "cel-", "protobuf-java", "kafka");
        assertThat(jars("transports").toString())
                .contains("lettuce", "amqp-client", "postgresql", "HikariCP", "cel-", "h2-", "kafka-clients")
                .doesNotContain("signalbox-core", "netty-transport-4", "slf4j-api");
    }

    @Test
    void configuredTransportsFindTheirLibrariesThere() throws IOException {
        Path config = folder.resolve("bus.yaml");
        Files.writeString(config, """
                transports:
                  stock: {type: jdbc, url: "jdbc:h2:%s"}
                  log: {type: kafka, bootstrap-servers: "127.0.0.1:1"}
                  files: {type: archive, directory: %s, compress: true}
                bridges:
                  - name: out
                    from: broker
                    to: stock
                    filters: [orders/#]
                    when: payload.amount > 1
                    to-codec: msgpack
                """.formatted(folder.resolve("db"), folder.resolve("kept")));
        try (Child server = launch(
                "server",
                "--config",
                config.toString(),
                "--data",
                folder.resolve("data").toString(),
                "--set",
                "mqtt.port=0",
                "--set",
                "http.port=0")) {
            assertThat(server.awaitLine(line -> line.contains(" ready: "), PATIENCE))
                    .as(server.tail())
                    .isNotNull();
            assertThat(server.lines())
                    .anyMatch(line -> line.startsWith("transport stock: jdbc at jdbc:h2:") && line.endsWith(", UP"))
                    .anyMatch(line -> line.startsWith(
                            "transport log: kafka at 127.0.0.1:1, DOWN: Kafka at 127.0.0.1:1 is awaited"))
                    .anyMatch(line -> line.startsWith("bridge out: broker -> stock"));
            server.terminate();
            assertThat(server.awaitExit(PATIENCE)).isZero();
        }
        try (Child probe = launch("probe", "--config", config.toString())) {
            assertThat(probe.awaitExit(PATIENCE)).as(probe.tail()).isEqualTo(69);
            assertThat(probe.lines())
                    .as("a file of H2's has no server to ask")
                    .anyMatch(line -> line.matches("stock +jdbc +jdbc:h2:\\S+ *"))
                    .anyMatch(line -> line.matches("log .* NO .*"));
        }
    }
}
