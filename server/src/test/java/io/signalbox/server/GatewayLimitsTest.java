package io.signalbox.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.server.config.ConfigKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of limits in the documentation: each setting that it names is one, and each counter is there and named so. */
final class GatewayLimitsTest {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]+)\"");
    private static final List<String> GATEWAYS = List.of("mqtt", "amqp", "http");

    @TempDir
    Path directory = Path.of("");

    /** Of each row: the limit, a cell for each gateway, and what counts it. */
    private static List<List<String>> table() throws Exception {
        Path page = Path.of("../docs/operations.md");
        if (!Files.exists(page)) {
            page = Path.of(System.getProperty("signalbox.root", "."), "docs/operations.md");
        }
        String text = Files.readString(page);
        String section = text.substring(text.indexOf("## Limits of the gateways"));
        List<List<String>> rows = new ArrayList<>();
        section.lines()
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .forEach(line -> rows.add(Arrays.stream(line.split("\\|"))
                        .skip(1)
                        .map(String::strip)
                        .toList()));
        assertThat(rows)
                .hasSizeGreaterThan(10)
                .allSatisfy(row -> assertThat(row).hasSize(5));
        return rows;
    }

    private static List<String> codes(String cell) {
        return CODE.matcher(cell).results().map(found -> found.group(1)).toList();
    }

    @Test
    void eachSettingIsOneOfItsGateway() throws Exception {
        List<String> keys = ConfigKeys.all().stream().map(key -> key.name()).toList();
        for (List<String> row : table()) {
            for (int i = 0; i < GATEWAYS.size(); i++) {
                String cell = row.get(i + 1);
                assertThat(cell)
                        .as("%s: a limit, or why there is none", row.getFirst())
                        .isNotEmpty();
                String gateway = GATEWAYS.get(i);
                assertThat(codes(cell))
                        .as(row.getFirst())
                        .allSatisfy(setting ->
                                assertThat(keys).contains(setting).anyMatch(key -> setting.startsWith(gateway + ".")));
            }
        }
    }

    /** Whatever bounds connections, sizes, links, credit, rates or time to be let in is in the table. */
    @Test
    void eachLimitOfAGatewayIsInTheTable() throws Exception {
        List<String> told = table().stream()
                .flatMap(row -> codes(String.join(" ", row)).stream())
                .toList();
        assertThat(ConfigKeys.all().stream()
                        .map(key -> key.name())
                        .filter(name -> GATEWAYS.stream().anyMatch(gateway -> name.startsWith(gateway + ".")))
                        .filter(name -> name.endsWith("-max")
                                || name.endsWith("-timeout")
                                || name.endsWith("-per-second")
                                || name.endsWith(".backlog")
                                || name.endsWith("-maximum")))
                .isSubsetOf(told);
    }

    @Test
    void eachCounterIsThere() throws Exception {
        try (TestServer server = TestServer.start(
                directory.resolve("data"),
                "amqp.enabled",
                "true",
                "amqp.port",
                "0",
                "http.request-timeout",
                "300ms",
                "http.requests-max",
                "1")) {
            String start = "POST /api/v1/publish HTTP/1.1\r\nHost: localhost\r\n";
            server.raw(start + "Content-Length: 99999999\r\n\r\n");
            server.raw(start + "X: " + "x".repeat(20_000) + "\r\n\r\n");
            server.raw("GET /" + "x".repeat(100_000) + " HTTP/1.1\r\n\r\n");
            server.raw(start + "Content-Length: 2\r\n\r\n{"); // refused for its type, and its rest never comes
            server.raw(start + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{");
            // One place, and two who want it: one is turned away.
            await().until(() -> {
                List<Thread> both = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    both.add(Thread.ofVirtual().start(() -> {
                        try {
                            server.get("/api/v1/history?topic=a");
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    }));
                }
                for (Thread one : both) {
                    one.join();
                }
                return server.get("/metrics").body().contains("status=\"503\"");
            });
            List<String> lines = server.get("/metrics").body().lines().toList();
            int found = 0;
            for (List<String> row : table()) {
                for (String counter : codes(row.get(4))) {
                    found++;
                    assertThat(lines.stream().anyMatch(line -> isOf(line, counter)))
                            .as("%s is in /metrics", counter)
                            .isTrue();
                }
            }
            assertThat(found).isGreaterThan(15);
        }
    }

    private static boolean isOf(String line, String counter) {
        return line.startsWith(counter.replaceAll("\\{.*", "") + "{")
                && LABEL.matcher(counter).results().allMatch(label -> line.contains(label.group()));
    }
}
