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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;

/**
 * JSON that pika gives to RabbitMQ is MessagePack in the far engine, read there by its own client. One server and one
 * bridge for all tests of a far side, each of which has numbers of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BridgeEndToEnd {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Pattern CARRIED =
            Pattern.compile("signalbox_bridge_messages_total\\{bridge=\"orders\",outcome=\"(\\w+)\"} ([0-9]+)");
    private static final Pattern UNDER_WAY =
            Pattern.compile("signalbox_bridge_under_way\\{bridge=\"orders\"} ([0-9]+)");

    private final Supplier<FarSide> engine;
    private final String exchange = "e2e-" + UUID.randomUUID().toString().substring(0, 8);

    private RabbitProcess rabbit;
    FarSide far;
    Path config = Path.of("");
    private ServerProcess server;

    @SuppressWarnings("NullAway.Init") // before all
    BridgeEndToEnd(Supplier<FarSide> engine) {
        this.engine = engine;
    }

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        CompletableFuture<RabbitProcess> starting = CompletableFuture.supplyAsync(RabbitProcess::shared);
        far = engine.get();
        rabbit = starting.join();
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
        server = ServerProcess.with().config(config).build();
        server.start();
        awaitBridge();
    }

    @AfterAll
    void stop() {
        server.close();
        far.close();
    }

    private void awaitBridge() {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> server.http().get("/health/transports").status() == 200);
    }

    private Child publish(int first, int last) {
        return rabbit.pika("publish_orders.py", exchange, String.valueOf(first), String.valueOf(last));
    }

    private static void awaitConfirmed(Child publisher, int count) {
        assertThat(publisher.awaitExit(PATIENCE)).as(publisher.tail()).isZero();
        assertThat(publisher.lines()).contains("confirmed " + count);
    }

    private List<Crossed> crossed(int first, int last) {
        return far.read().stream()
                .filter(message -> number(message) >= first && number(message) <= last)
                .toList();
    }

    private static int number(Crossed message) {
        return Integer.parseInt(message.id().substring("order-".length()));
    }

    private void awaitCrossed(int first, int last, int count) {
        Awaitility.await().atMost(PATIENCE).until(() -> numbers(first, last).size() >= count);
    }

    private TreeSet<Integer> numbers(int first, int last) {
        return crossed(first, last).stream().map(BridgeEndToEnd::number).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Those of which the amount is 101 or 102. */
    private static List<Integer> expected(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .filter(n -> n % 3 != 0)
                .boxed()
                .toList();
    }

    /** When they came first, by key: what crossed twice is no matter of order. */
    private static Map<String, List<Integer>> byKey(List<Crossed> messages) {
        return messages.stream()
                .collect(Collectors.groupingBy(
                        Crossed::key,
                        LinkedHashMap::new,
                        Collectors.mapping(
                                BridgeEndToEnd::number,
                                Collectors.collectingAndThen(
                                        Collectors.toList(),
                                        all -> all.stream().distinct().toList()))));
    }

    private static Map<String, String> fields(Crossed message) {
        Map<String, String> fields = new LinkedHashMap<>();
        try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(message.payload())) {
            int size = unpacker.unpackMapHeader();
            for (int i = 0; i < size; i++) {
                fields.put(unpacker.unpackString(), unpacker.unpackValue().toString());
            }
            assertThat(unpacker.hasNext()).isFalse();
            return fields;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private int count(String outcome) {
        return CARRIED.matcher(server.http().get("/metrics").body())
                .results()
                .filter(found -> found.group(1).equals(outcome))
                .mapToInt(found -> Integer.parseInt(found.group(2)))
                .sum();
    }

    private int underWay() {
        return UNDER_WAY
                .matcher(server.http().get("/metrics").body())
                .results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .sum();
    }

    @Test
    void whatPikaWritesInJsonItsReaderFindsInMessagePackFilteredAndInOrder() {
        Awaitility.await().atMost(PATIENCE).until(() -> underWay() == 0);
        int carried = count("carried");
        int filtered = count("filtered");
        try (Child publisher = publish(1, 60)) {
            awaitConfirmed(publisher, 60);
        }
        awaitCrossed(1, 60, 40);
        List<Crossed> messages = crossed(1, 60);
        assertThat(messages).hasSize(40);
        assertThat(numbers(1, 60)).containsExactlyElementsOf(expected(1, 60));
        assertThat(byKey(messages))
                .hasSize(5)
                .allSatisfy((key, numbers) ->
                        assertThat(numbers).isSorted().allMatch(number -> key.equals("customer-" + number % 5)));
        assertThat(messages).allSatisfy(message -> {
            int number = number(message);
            assertThat(message.topic()).isEqualTo("imported/orders/" + number + "/created");
            assertThat(message.contentType()).isEqualTo("application/msgpack");
            assertThat(message.tenant()).isEqualTo("acme");
            assertThat(fields(message))
                    .isEqualTo(Map.of(
                            "number", String.valueOf(number),
                            "amount", String.valueOf(100 + number % 3),
                            "customer", "J\u00fcrgen"));
        });
        // The far side has them before the bridge hears of it.
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(count("carried")).isEqualTo(carried + 40);
            assertThat(count("filtered")).isEqualTo(filtered + 20);
        });
    }

    @Test
    void nothingIsLostWhenTheFarEngineAndThenTheServerIsKilledInMidStreamAndOrderIsKept() {
        try (Child publisher = publish(1_001, 1_600)) {
            awaitCrossed(1_001, 1_600, 50);
            far.kill();
            Awaitility.await().atMost(PATIENCE).until(() -> underWay() > 0);
            far.restart();
            awaitConfirmed(publisher, 600);
        }
        try (Child publisher = publish(2_001, 2_600)) {
            awaitCrossed(2_001, 2_600, 50);
            server.kill();
            server.start();
            awaitConfirmed(publisher, 600);
        }
        assertEverythingInOrder(1_001, 1_600);
        assertEverythingInOrder(2_001, 2_600);
        awaitBridge();
    }

    private void assertEverythingInOrder(int first, int last) {
        List<Integer> expected = expected(first, last);
        awaitCrossed(first, last, expected.size());
        List<Crossed> messages = crossed(first, last);
        System.out.printf(
                "bridge to %s: %d of %d messages, %d twice%n",
                getClass().getSimpleName(),
                numbers(first, last).size(),
                expected.size(),
                messages.size() - expected.size());
        assertThat(numbers(first, last)).containsExactlyElementsOf(expected);
        assertThat(byKey(messages))
                .hasSize(5)
                .allSatisfy((key, numbers) -> assertThat(numbers).as(key).isSorted());
    }
}
