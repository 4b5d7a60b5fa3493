package io.signalbox.systemtests.outage;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.log.LogConfig;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.systemtests.process.RabbitProcess;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Health;
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
import io.signalbox.transports.rabbitmq.RabbitMqConfig;
import io.signalbox.transports.rabbitmq.RabbitMqTransport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A RabbitMQ server is killed beneath a spool, in a quorum, and as the first of a fallback, all at once. It takes two
 * minutes: {@code ./test -Dtest=RabbitOutageTest -Dsignalbox.long=true}.
 */
@EnabledIfSystemProperty(named = "signalbox.long", matches = "true")
class RabbitOutageTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Of the member that was killed; what a fallback and a spool wait for. A quorum waits for the others. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    private final TimeSource time = TimeSource.monotonic();
    private final RabbitProcess rabbit = RabbitProcess.shared();

    private Member rabbit(String prefix) {
        RabbitMqConfig config = RabbitMqConfig.of(URI.create(rabbit.uri()))
                .withPrefix(prefix + UUID.randomUUID().toString().substring(0, 8));
        return new Member("rabbit", RabbitMqTransport.open(config, time));
    }

    private Member database(String name) {
        return new Member(
                "database",
                JdbcTransport.open(
                        JdbcConfig.of("jdbc:h2:" + folder.resolve(name)).withUser("test", ""), time));
    }

    private Member broker() throws IOException {
        return new Member(
                "broker",
                EmbeddedBroker.open(
                        BrokerConfig.DEFAULT,
                        LogConfig.defaults(folder.resolve("broker")),
                        Authorizer.ALLOW_ALL,
                        time));
    }

    @AfterEach
    void startRabbitForOthers() {
        rabbit.start();
    }

    private CompositeTransport composite(Strategy strategy, Duration answerTimeout, Member... members) {
        return new CompositeTransport(
                CompositeConfig.of("orders", strategy, List.of(members)).withAnswerTimeout(answerTimeout), time);
    }

    private static TestClient subscriber(Transport transport) {
        return TestClient.open(transport, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("orders/#");
    }

    private static List<String> publish(Transport transport, String prefix, int count) {
        List<String> texts = IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        for (int i = 0; i < count; i++) {
            Message message = Message.to(Topic.ofMqtt("orders/1"))
                    .payload(texts.get(i))
                    .properties(MessageProperties.builder().id(texts.get(i)).build())
                    .build();
            transport.publish(message, answers, i);
        }
        answers.awaitAnswers(count);
        assertThat(answers.refusals()).as(prefix).isEmpty();
        return texts;
    }

    private static void awaitHealth(Transport transport, Health.Status status) {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(transport.health().status()).isEqualTo(status));
    }

    @Test
    void theSpoolCarriesItTheQuorumGoesOnAndTheFallbackReturns() throws IOException {
        List<String> refused = new ArrayList<>();
        try (SpoolingTransport spooled = new SpoolingTransport(
                        rabbit("spooled").transport(),
                        SpoolConfig.in(folder.resolve("spool")).withAnswerTimeout(ANSWER_TIMEOUT),
                        RefusedMessages.at((message, refusal) -> refused.add(refusal.toString())),
                        time);
                CompositeTransport quorum =
                        composite(new Strategy.Quorum(2), PATIENCE, rabbit("quorum"), database("quorum"), broker());
                CompositeTransport fallback = composite(
                        new Strategy.Fallback(Duration.ofSeconds(1)),
                        ANSWER_TIMEOUT,
                        rabbit("first"),
                        database("second"));
                TestClient ofSpooled = subscriber(spooled);
                TestClient ofQuorum = subscriber(quorum);
                TestClient ofFallback = subscriber(fallback)) {
            List<Transport> all = List.of(spooled, quorum, fallback);
            List<String> expected = new ArrayList<>();
            all.forEach(transport -> publish(transport, "before", 20));
            rabbit.kill();
            all.forEach(transport -> publish(transport, "during", 100));
            all.forEach(transport -> awaitHealth(transport, Health.Status.DEGRADED));
            assertThat(fallback.counts().get(1).accepted()).isGreaterThanOrEqualTo(100);
            rabbit.start();
            all.forEach(transport -> awaitHealth(transport, Health.Status.UP));
            List.of("before", "during", "after")
                    .forEach(prefix -> IntStream.range(0, prefix.equals("during") ? 100 : 20)
                            .forEach(i -> expected.add(prefix + i)));
            all.forEach(transport -> publish(transport, "after", 20));
            Awaitility.await("the return").atMost(PATIENCE).until(() -> {
                publish(fallback, "probe", 1);
                return fallback.counts().getFirst().accepted() > 20;
            });
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> ofSpooled.received().payloads().containsAll(expected));
            assertThat(ofSpooled.received().payloads().stream().distinct())
                    .as("in order, but for what was answered too late")
                    .containsExactlyElementsOf(expected);
            ofQuorum.received().awaitCount(expected.size());
            assertThat(ofQuorum.received().payloads()).containsExactlyInAnyOrderElementsOf(expected);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> ofFallback.received().payloads().containsAll(expected));
            assertThat(ofFallback.received().payloads())
                    .filteredOn(expected::contains)
                    .doesNotHaveDuplicates();
            assertThat(refused).isEmpty();
        }
    }
}
