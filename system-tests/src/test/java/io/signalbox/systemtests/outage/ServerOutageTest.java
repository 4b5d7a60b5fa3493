package io.signalbox.systemtests.outage;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.log.LogConfig;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.systemtests.process.RedisProcess;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.CompositeConfig;
import io.signalbox.transports.composite.CompositeTransport;
import io.signalbox.transports.composite.Member;
import io.signalbox.transports.composite.spool.RefusedMessages;
import io.signalbox.transports.composite.spool.SpoolConfig;
import io.signalbox.transports.composite.spool.SpoolingTransport;
import io.signalbox.transports.composite.strategy.Strategy;
import io.signalbox.transports.jdbc.JdbcConfig;
import io.signalbox.transports.jdbc.JdbcTransport;
import io.signalbox.transports.redis.RedisConfig;
import io.signalbox.transports.redis.RedisTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Redis server is killed beneath publishers and subscribers, and comes back: nobody loses a message. */
class ServerOutageTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    private final TimeSource time = TimeSource.monotonic();

    @SuppressWarnings("NullAway.Init")
    private RedisProcess redis;

    @BeforeEach
    void start() throws IOException {
        redis = new RedisProcess();
    }

    @AfterEach
    void stop() {
        redis.close();
    }

    private Transport redis() {
        return RedisTransport.open(RedisConfig.of(redis.uri()), time);
    }

    private Transport database() {
        return JdbcTransport.open(
                JdbcConfig.of("jdbc:h2:" + folder.resolve("database")).withUser("test", ""), time);
    }

    private Transport broker() throws IOException {
        return EmbeddedBroker.open(
                BrokerConfig.DEFAULT, LogConfig.defaults(folder.resolve("broker")), Authorizer.ALLOW_ALL, time);
    }

    private static TestClient subscriber(Transport transport) {
        return TestClient.open(transport, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("orders/#");
    }

    private static Message message(String text) {
        return Message.to(Topic.ofMqtt("orders/1"))
                .payload(text)
                .properties(MessageProperties.builder().id(text).build())
                .build();
    }

    private static List<String> numbered(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    /** Without waiting for one before the next. */
    private static List<Receipt> publish(Transport transport, List<String> texts) {
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        for (int i = 0; i < texts.size(); i++) {
            transport.publish(message(texts.get(i)), answers, i);
        }
        answers.awaitAnswers(texts.size());
        assertThat(answers.refusals()).isEmpty();
        return List.copyOf(answers.receipts().values());
    }

    private static void awaitHealth(Transport transport, Health.Status status) {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(transport.health().status()).isEqualTo(status));
    }

    private static List<String> all(List<List<String>> parts) {
        List<String> all = new ArrayList<>();
        parts.forEach(all::addAll);
        return all;
    }

    @Test
    void anOutageIsCarriedByTheSpool() throws IOException {
        List<String> refused = new CopyOnWriteArrayList<>();
        try (SpoolingTransport carried = new SpoolingTransport(
                        redis(),
                        SpoolConfig.in(folder.resolve("spool")).withAnswerTimeout(ANSWER_TIMEOUT),
                        RefusedMessages.at((message, refusal) -> refused.add(refusal.toString())),
                        time);
                TestClient subscriber = subscriber(carried)) {
            publish(carried, numbered("before", 100));
            redis.kill();
            assertThat(publish(carried, numbered("during", 300)))
                    .allSatisfy(receipt -> assertThat(receipt.durability()).isEqualTo(Durability.SYNCED));
            assertThat(carried.status().spooling()).isTrue();
            assertThat(carried.health().status()).isEqualTo(Health.Status.DEGRADED);
            redis.start();
            publish(carried, numbered("after", 100));
            Awaitility.await().atMost(PATIENCE).until(() -> !carried.status().spooling());
            List<String> expected =
                    all(List.of(numbered("before", 100), numbered("during", 300), numbered("after", 100)));
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> subscriber.received().payloads().containsAll(expected));
            assertThat(subscriber.received().payloads().stream().distinct()).containsExactlyElementsOf(expected);
            assertThat(refused).isEmpty();
            assertThat(carried.status().gapCount()).isZero();
            awaitHealth(carried, Health.Status.UP);
        }
    }

    @Test
    void aQuorumOfThreeTransportsGoesOnWithOneDownAndNothingArrivesTwice() throws IOException {
        List<Member> members = List.of(
                new Member("redis", redis()), new Member("database", database()), new Member("broker", broker()));
        try (CompositeTransport orders = new CompositeTransport(
                        CompositeConfig.of("orders", new Strategy.Quorum(2), members)
                                .withAnswerTimeout(PATIENCE),
                        time);
                TestClient subscriber = subscriber(orders)) {
            publish(orders, numbered("before", 20));
            redis.kill();
            publish(orders, numbered("during", 50));
            awaitHealth(orders, Health.Status.DEGRADED);
            assertThat(orders.health().detail()).contains("redis is ");
            redis.start();
            awaitHealth(orders, Health.Status.UP);
            publish(orders, numbered("after", 20));
            List<String> expected = all(List.of(numbered("before", 20), numbered("during", 50), numbered("after", 20)));
            subscriber.received().awaitCount(90);
            assertThat(subscriber.received().payloads()).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void anotherTransportTakesWhatTheFirstCannotUntilThatIsBackForAWhile() throws IOException {
        List<Member> members = List.of(new Member("redis", redis()), new Member("database", database()));
        Strategy fallback = new Strategy.Fallback(Duration.ofSeconds(1));
        try (CompositeTransport orders = new CompositeTransport(
                        CompositeConfig.of("orders", fallback, members).withAnswerTimeout(ANSWER_TIMEOUT), time);
                TestClient subscriber = subscriber(orders)) {
            publish(orders, numbered("first", 20));
            assertThat(orders.counts().get(1).accepted()).isZero();
            redis.kill();
            publish(orders, numbered("second", 50));
            assertThat(orders.counts().get(1).accepted()).isEqualTo(50);
            redis.start();
            List<String> probes = new ArrayList<>();
            Awaitility.await("the return").atMost(PATIENCE).until(() -> {
                probes.add("probe" + probes.size());
                publish(orders, List.of(probes.getLast()));
                return orders.counts().getFirst().accepted() > 20;
            });
            List<String> expected = all(List.of(numbered("first", 20), numbered("second", 50), probes));
            subscriber.received().awaitCount(expected.size());
            assertThat(subscriber.received().payloads()).containsExactlyInAnyOrderElementsOf(expected);
        }
    }
}
