package io.signalbox.transports.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.Deliveries;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The server stopped under load from two nodes: for 2 s in the suite; {@code ./test jdbc}, which is {@code
 * -Dsignalbox.long=true}, for 60 s, which is longer than the silence after which a node is gone.
 */
class OutageTest {
    private static final boolean LONG = Boolean.getBoolean("signalbox.long");
    private static final Duration AWAY = Duration.ofSeconds(LONG ? 60 : 2);
    private static final Duration PATIENCE = AWAY.plusSeconds(60);
    private static final int KEYS = 4;
    private static final int WINDOW = 20;

    @SuppressWarnings("NullAway.Init") // before all
    private static PostgresServer server;

    private final List<JdbcTransport> nodes = new ArrayList<>();
    private final List<TestClient> clients = new ArrayList<>();
    private final AtomicInteger refused = new AtomicInteger();

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.shared();
    }

    @AfterEach
    void close() {
        clients.forEach(TestClient::close);
        nodes.forEach(JdbcTransport::close);
    }

    private JdbcTransport open() {
        JdbcTransport node = JdbcTransport.open(
                JdbcConfig.of(server.url()).withUser("test", "").withSchema("outage"), TimeSource.monotonic());
        nodes.add(node);
        return node;
    }

    private void client(JdbcTransport on, SessionOptions options) {
        clients.add(
                TestClient.open(on, options, SettleBehaviour.ACCEPT, PATIENCE).subscribe("a/#"));
    }

    /** Publishes numbers of one key, many under way at a time; what is refused goes again, in its order. */
    private int publishUntil(AtomicBoolean stop, JdbcTransport on, String key) {
        int number = 0;
        while (!stop.get()) {
            List<Integer> left =
                    IntStream.range(number, number + WINDOW).boxed().toList();
            while (!left.isEmpty()) {
                left = publish(on, key, left);
            }
            number += WINDOW;
        }
        return number;
    }

    /** @return those that were refused: none that comes before one that was accepted, or the order would be lost */
    private List<Integer> publish(JdbcTransport on, String key, List<Integer> numbers) {
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        for (int number : numbers) {
            on.publish(
                    Message.to(Topic.ofMqtt("a/" + key))
                            .payload(key + ":" + number)
                            .properties(
                                    MessageProperties.builder().orderingKey(key).build())
                            .build(),
                    answers,
                    number);
        }
        answers.awaitAnswers(numbers.size());
        List<Integer> left = numbers.stream()
                .filter(number -> answers.refusals().containsKey((long) number))
                .toList();
        assertThat(left).isEqualTo(numbers.subList(numbers.size() - left.size(), numbers.size()));
        refused.addAndGet(left.size());
        return left;
    }

    private void awaitMore() {
        for (TestClient client : clients) {
            int before = client.received().deliveries().size();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> client.received().deliveries().size() > before + 10 * WINDOW);
        }
    }

    private static void assertOrderedAndComplete(TestClient client, int[] published) {
        List<Delivery> all = client.received().deliveries();
        var byKey = Deliveries.by(delivery -> delivery.payload().substring(0, 2), all);
        for (int k = 0; k < KEYS; k++) {
            String key = "k" + k;
            assertThat(byKey.getOrDefault(key, List.of()).stream()
                            .map(Delivery::payload)
                            .distinct())
                    .as("%s at %s", key, client.session().name())
                    .containsExactlyElementsOf(IntStream.range(0, published[k])
                            .mapToObj(number -> key + ":" + number)
                            .toList());
        }
    }

    @Test
    void aServerThatIsAwayLosesNothingAcknowledgedNoOrderAndNoSession() throws Exception {
        JdbcTransport one = open();
        JdbcTransport two = open();
        client(one, SessionOptions.durableSession("here"));
        client(two, SessionOptions.durableSession("there").withExpiry(Duration.ofMillis(100)));
        client(two, SessionOptions.transientSession("passing"));
        AtomicBoolean stop = new AtomicBoolean();
        int[] published = new int[KEYS];
        List<Thread> publishers = new ArrayList<>();
        for (int k = 0; k < KEYS; k++) {
            int key = k;
            publishers.add(Thread.ofPlatform()
                    .start(() -> published[key] = publishUntil(stop, key % 2 == 0 ? one : two, "k" + key)));
        }
        awaitMore();
        server.crash();
        long until = System.nanoTime() + AWAY.toNanos();
        Awaitility.await().atMost(PATIENCE).until(() -> System.nanoTime() - until > 0);
        server.startAgain();
        awaitMore();
        stop.set(true);
        for (Thread publisher : publishers) {
            publisher.join();
        }
        int all = IntStream.of(published).sum();
        for (TestClient client : clients) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() ->
                            client.received().payloads().stream().distinct().count() >= all);
            assertOrderedAndComplete(client, published);
            assertThat(client.received().detachReason()).isNull();
            assertThat(client.received().violations()).isEmpty();
        }
        assertThat(server.psql("SELECT count(owner) FROM outage.sb_session")).isEqualTo("3");
        if (LONG) {
            assertThat(refused.get())
                    .as("publishes that were refused meanwhile")
                    .isPositive();
            System.out.printf(
                    "%d messages acknowledged around %d s without the server, %d refused and published again%n",
                    all, AWAY.toSeconds(), refused.get());
        }
    }
}
