package io.signalbox.systemtests.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.bridge.FarSide.Crossed;
import io.signalbox.systemtests.process.Child;
import io.signalbox.systemtests.process.RabbitProcess;
import io.signalbox.systemtests.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;

/** JSON that pika gives to RabbitMQ is MessagePack in the far engine, read there by its own client. */
class BridgeEndToEndTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @SuppressWarnings("NullAway.Init") // before all
    private static RabbitProcess rabbit;

    private final FarSide far = new RedisFarSide();

    @TempDir
    private Path folder = Path.of("");

    private Path config = Path.of("");

    @SuppressWarnings("NullAway.Init") // before each
    private ServerProcess server;

    @BeforeAll
    static void startRabbit() {
        rabbit = new RabbitProcess();
    }

    @AfterAll
    static void stopRabbit() {
        rabbit.close();
    }

    @BeforeEach
    void startServer() throws IOException {
        String exchange = exchange();
        config = folder.resolve("bridge.yaml");
        Files.writeString(config, """
                transports:
                  rabbit:
                    type: rabbitmq
                    uri: %s
                    prefix: %s
                    queue-settle: 0
                  far:
                %s
                messages:
                  - {type: Order, topics: imported/#, transport: far, needs: [durable, ordered]}
                bridges:
                  - name: orders
                    from: rabbit
                    to: far
                    filters: [orders/#]
                    when: payload.amount > 100 && headers["tenant"] == "acme"
                    to-codec: msgpack
                    topic-prefix: imported/
                """.formatted(
                        rabbit.uri(),
                        exchange,
                        String.join("\n", far.settings()).indent(4).stripTrailing()));
        server = ServerProcess.with().config(config).start();
        awaitBridge();
    }

    private String exchange() {
        return "e2e-" + folder.getFileName().toString().toLowerCase(Locale.ROOT);
    }

    private void awaitBridge() {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> server.http().get("/health/transports").status() == 200);
    }

    @AfterEach
    void stop() {
        server.close();
        far.close();
    }

    /** Those of which the amount is 101 or 102. */
    private static List<Integer> expected(int last) {
        return IntStream.rangeClosed(1, last).filter(n -> n % 3 != 0).boxed().toList();
    }

    private List<Integer> numbers() {
        return far.read().stream().map(BridgeEndToEndTest::number).toList();
    }

    private static int number(Crossed message) {
        try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(message.payload())) {
            int size = unpacker.unpackMapHeader();
            int number = 0;
            for (int i = 0; i < size; i++) {
                switch (unpacker.unpackString()) {
                    case "number" -> number = unpacker.unpackInt();
                    case "amount" -> assertThat(unpacker.unpackInt()).isBetween(101, 102);
                    default -> assertThat(unpacker.unpackString()).isEqualTo("Jürgen");
                }
            }
            return number;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatPikaWritesInJsonItsReaderFindsInMessagePackFilteredAndInOrder() {
        assertThat(rabbit.pika("publish_orders.py", exchange(), "1", "60")).contains("confirmed 60");
        Awaitility.await().atMost(PATIENCE).until(() -> numbers().equals(expected(60)));
        Crossed first = far.read().getFirst();
        assertThat(first.topic()).isEqualTo("imported/orders/1/created");
        assertThat(first.id()).isEqualTo("order-1");
        assertThat(first.contentType()).isEqualTo("application/msgpack");
        assertThat(first.tenant()).isEqualTo("acme");
        assertThat(server.http().get("/metrics").body())
                .contains("signalbox_bridge_messages_total{bridge=\"orders\",outcome=\"carried\"} 40.0")
                .contains("signalbox_bridge_messages_total{bridge=\"orders\",outcome=\"filtered\"} 20.0");
    }

    @Test
    void nothingIsLostWhenTheFarEngineAndTheServerAreKilledAndOrderIsKept() {
        rabbit.pika("publish_orders.py", exchange(), "1", "30");
        Awaitility.await().atMost(PATIENCE).until(() -> numbers().size() == 20);
        far.kill();
        rabbit.pika("publish_orders.py", exchange(), "31", "60");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> server.http().get("/health/transports").status() == 503);
        server.kill();
        rabbit.pika("publish_orders.py", exchange(), "61", "90");
        far.restart();
        server.start();
        Awaitility.await().atMost(PATIENCE).until(() -> numbers().containsAll(expected(90)));
        assertThat(numbers().stream().distinct().toList())
                .as("in order, but for what crossed twice")
                .isEqualTo(expected(90));
    }

    @Test
    void theCommandLineExplainsAndProbesWhatIsConfigured() {
        assertThat(signalbox(0, "probe"))
                .anyMatch(line -> line.matches("rabbit +rabbitmq +127\\.0\\.0\\.1:\\d+ +yes +\\d+ +RabbitMQ .*"))
                .anyMatch(line -> line.matches("far +.* +yes +\\d+ .*"));
        assertThat(signalbox(0, "explain")).containsExactly("Order (imported/#) -> far: durable, ordered");
        assertThat(signalbox(0, "explain", "Order"))
                .anyMatch(line -> line.startsWith("durability  SYNCED: every queue"))
                .contains("needs       durable: given");
        assertThat(signalbox(1, "explain", "imported/orders/1", "--needs", "priority"))
                .contains("needs       priority: NOT GIVEN: it has no PRIORITY");
        far.kill();
        assertThat(signalbox(69, "probe", "--timeout", "1000")).anyMatch(line -> line.matches("far +.* +NO .*"));
        assertThat(signalbox(69, "explain", "Order", "--timeout", "1000"))
                .contains("needs       durable: not known, its server did not answer");
        far.restart();
    }

    private List<String> signalbox(int exitCode, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "io.signalbox.cli.Main"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--config", config.toString()));
        try (Child child = Child.start(command, Map.of())) {
            assertThat(child.awaitExit(PATIENCE)).as(child.tail()).isEqualTo(exitCode);
            return child.lines();
        }
    }
}
