package io.signalbox.configuration;

import static io.signalbox.configuration.TestServerProvider.message;

import io.signalbox.configuration.TestServerProvider.Server;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Health;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.bridge.BridgeCounts;
import io.signalbox.transports.composite.spool.SpoolStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Transports from YAML, one of whose servers the test switches on and off. */
abstract class ConfiguredFixture {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder = Path.of("");

    final String name = "server-" + UUID.randomUUID();
    final Server server = TestServerProvider.server(name);
    final List<ConfiguredTransports> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(ConfiguredTransports::close);
    }

    ConfiguredTransports open(String yaml) throws Exception {
        Path file = folder.resolve("bus.yaml");
        Files.writeString(file, yaml.replace("FOLDER", folder.toString()).replace("SERVER", name));
        ConfiguredTransports transports =
                ConfiguredTransports.open(TransportsConfig.read(file, Map.of()), TimeSource.monotonic());
        opened.add(transports);
        return transports;
    }

    static TestClient session(Transport transport) {
        return TestClient.open(transport, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("orders/#");
    }

    static Health health(ConfiguredTransports transports) {
        return Objects.requireNonNull(transports.health().get("transport x"));
    }

    static ReasonCode refusal(Transport transport, String topic) {
        SignalboxException e = org.assertj.core.api.Assertions.catchThrowableOfType(
                SignalboxException.class, () -> TestClient.get(transport.publish(message(topic, "x")), PATIENCE));
        return e.reason();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            return "";
        }
    }

    static BridgeCounts bridge(ConfiguredTransports transports) {
        return transports.bridgeCounts().values().iterator().next();
    }

    static List<String> numbered(int count) {
        return IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
    }

    static SpoolStatus spool(ConfiguredTransports transports) {
        return Objects.requireNonNull(transports.spools().get("x"));
    }
}
