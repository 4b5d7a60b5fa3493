package io.signalbox.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.configuration.source.EntrySink;
import io.signalbox.configuration.source.YamlSource;
import io.signalbox.setting.Entry;
import io.signalbox.setting.Problems;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Health;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transports.memory.MemoryTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example of the pages starts as it stands there, with a test's servers in the place of real ones. */
final class PagesTest {
    private static final Pattern BLOCK = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL);
    private static final Set<String> SERVERS = Set.of("rabbitmq", "redis", "kafka", "jdbc");
    private static final Map<String, String> ENVIRONMENT =
            Map.of("RABBIT_PASSWORD", "r", "DATABASE_PASSWORD", "d", "REDIS_PASSWORD", "x");

    @TempDir
    private Path folder;

    static Stream<Arguments> examples() throws IOException {
        return Stream.of("transports-configuration.md", "bridges.md").flatMap(page -> {
            List<String> blocks = BLOCK.matcher(read(Path.of("../docs", page)))
                    .results()
                    .map(found -> found.group(1))
                    .toList();
            assertThat(blocks).as(page).isNotEmpty();
            return blocks.stream().map(block -> Arguments.of(page, block));
        });
    }

    private static String read(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void startsAndIsUp(String page, String yaml) throws Exception {
        Problems problems = new Problems();
        Map<String, Entry> entries = entries(yaml, problems);
        try (MemoryTransport broker = MemoryTransport.open()) {
            Promise promise = Promise.of(broker.capabilities(), broker.guarantees(), true);
            Map<String, Promise> given = Map.of("broker", promise);
            TransportsConfig config =
                    TransportsConfig.read(withTestServers(entries), ENVIRONMENT, given, "broker", problems);
            assertThat(problems.texts()).isEmpty();
            Map<String, Transport> there = Map.of("broker", broker);
            try (ConfiguredTransports transports =
                    ConfiguredTransports.open(config, there, given, TimeSource.monotonic())) {
                Awaitility.await()
                        .atMost(java.time.Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(transports.health().values())
                                .isNotEmpty()
                                .allMatch(health -> health.status() == Health.Status.UP));
            }
        }
    }

    private Map<String, Entry> entries(String yaml, Problems problems) throws IOException {
        Path file = folder.resolve("example.yaml");
        Files.writeString(file, yaml.replace("data/", folder + "/data/"));
        Map<String, Entry> entries = new LinkedHashMap<>();
        YamlSource.read(file, new EntrySink() {
            @Override
            public void put(String name, String text, String where) {
                entries.put(name, new Entry(text, where));
            }

            @Override
            public void problem(String where, String text) {
                problems.add(where, text);
            }
        });
        return entries;
    }

    /** Of what is written about a server only what is so of every transport is left. */
    private static Map<String, Entry> withTestServers(Map<String, Entry> entries) {
        Set<String> servers = entries.entrySet().stream()
                .filter(one -> one.getKey().matches("transports\\.[^.]+\\.type")
                        && SERVERS.contains(one.getValue().text()))
                .map(one -> one.getKey().substring(0, one.getKey().length() - "type".length()))
                .collect(Collectors.toSet());
        Map<String, Entry> changed = new LinkedHashMap<>();
        entries.forEach((name, entry) -> {
            String group = servers.stream().filter(name::startsWith).findFirst().orElse(null);
            String key = group == null ? "" : name.substring(group.length());
            if (group == null || key.equals("when-absent") || key.startsWith("spool.")) {
                changed.put(name, entry);
            } else if (key.equals("type")) {
                String server = UUID.randomUUID().toString();
                TestServerProvider.server(server).arrives();
                changed.put(name, new Entry("test-server", entry.where()));
                changed.put(group + "server", new Entry(server, entry.where()));
            }
        });
        return changed;
    }
}
