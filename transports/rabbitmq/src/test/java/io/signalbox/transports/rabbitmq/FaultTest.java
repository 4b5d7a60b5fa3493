package io.signalbox.transports.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.net.TcpProxy;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Health;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Servers that die and lines that break, in mid-stream: nothing acknowledged is lost, each key keeps its order. */
final class FaultTest {
    private static final String LEADERLESS =
            "after a SIGKILL under load a quorum queue of RabbitMQ 3.10.8 may stay without a leader until the next start";

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MESSAGES = Integer.getInteger("signalbox.faults.messages", 6_000);

    private static final RabbitServer server = new RabbitServer();

    private final TcpProxy publisherLine = new TcpProxy(server.port());
    private final TcpProxy consumerLine = new TcpProxy(server.port());
    private final RabbitMqConfig config = RabbitMqConfig.of(server.uri())
            .withPrefix("fault-" + UUID.randomUUID().toString().substring(0, 13))
            .withPublish(new PublishLimits(1 << 16, 1 << 28, Duration.ofSeconds(60), Duration.ofSeconds(5)));
    private final RabbitMqTransport publisher = open(publisherLine);
    private final RabbitMqTransport consumer = open(consumerLine);

    private RabbitMqTransport open(TcpProxy line) {
        return RabbitMqTransport.open(config.withUri(RabbitServer.uri(line.port())), TimeSource.monotonic());
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @AfterEach
    void close() {
        publisher.close();
        consumer.close();
        publisherLine.close();
        consumerLine.close();
    }

    private TestClient subscriber(SessionOptions options) {
        return TestClient.open(consumer, options, SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("faults/#");
    }

    private static SessionOptions durable() {
        return SessionOptions.durableSession("s").withQueue(1_000_000, 1L << 30, OverflowPolicy.SPILL);
    }

    private void awaitEverything(Stream stream, TestClient subscriber) throws InterruptedException {
        stream.awaitAll();
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(stream.verdict(subscriber.received().deliveries())
                                        .lost())
                                .as("acknowledged and not delivered")
                                .isZero());
        subscriber.fence();
        Stream.Verdict verdict = stream.verdict(subscriber.received().deliveries());
        System.out.println("rabbitmq faults: acknowledged " + stream.acknowledged() + ", lost " + verdict.lost()
                + ", duplicates " + verdict.duplicates() + ", recognised "
                + consumer.counters().recognised.sum());
        assertThat(subscriber.received().violations()).isEmpty();
    }

    @Test
    void whatWasAcknowledgedIsThereAfterTheServerWasKilled() throws Exception {
        subscriber(durable()).detach();
        Stream stream = new Stream(publisher, MESSAGES);
        stream.awaitAll();
        server.kill();
        server.start();
        TestClient back = TestClient.open(consumer, durable(), SettleBehaviour.ACCEPT, PATIENCE);
        assertThat(back.session().resumed()).isTrue();
        awaitEverything(stream, back);
    }

    @Test
    @EnabledIfSystemProperty(named = "signalbox.long", matches = "true", disabledReason = LEADERLESS)
    void aServerThatIsKilledInMidStreamLosesNothingAcknowledged() throws Exception {
        TestClient subscriber = subscriber(durable());
        Stream stream = new Stream(publisher, MESSAGES);
        stream.awaitOneThird();
        server.kill();
        server.start();
        awaitEverything(stream, subscriber);
    }

    @Test
    @EnabledIfSystemProperty(named = "signalbox.long", matches = "true", disabledReason = LEADERLESS)
    void aSessionThatIsAwayWhileTheServerIsKilledFindsEverything() throws Exception {
        TestClient away = subscriber(durable());
        away.detach();
        Stream stream = new Stream(publisher, MESSAGES);
        stream.awaitOneThird();
        server.kill();
        server.start();
        stream.awaitAll();
        server.kill();
        server.start();
        TestClient back = TestClient.open(consumer, durable(), SettleBehaviour.ACCEPT, PATIENCE);
        assertThat(back.session().resumed()).isTrue();
        awaitEverything(stream, back);
    }

    @Test
    void aConsumersLineThatIsCutAgainAndAgainGivesNobodyAnythingTwice() throws Exception {
        TestClient subscriber = subscriber(durable());
        Stream stream = new Stream(publisher, MESSAGES);
        for (int cut = 1; cut <= 8; cut++) {
            int until = MESSAGES * cut / 10;
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> stream.answered() >= until);
            consumerLine.cut();
        }
        awaitEverything(stream, subscriber);
        assertThat(stream.verdict(subscriber.received().deliveries()).duplicates())
                .isZero();
    }

    @Test
    void aTransientSessionOutlivesACutLineToo() throws Exception {
        TestClient subscriber = subscriber(
                SessionOptions.transientSession("t").withQueue(1_000_000, 1L << 30, OverflowPolicy.DROP_OLDEST));
        Stream stream = new Stream(publisher, MESSAGES);
        stream.awaitOneThird();
        consumerLine.cut();
        awaitEverything(stream, subscriber);
        assertThat(stream.verdict(subscriber.received().deliveries()).duplicates())
                .isZero();
    }

    @Test
    void aPublishersLineThatIsCutAgainAndAgainLosesNothing() throws Exception {
        TestClient subscriber = subscriber(durable());
        Stream stream = new Stream(publisher, MESSAGES);
        for (int cut = 1; cut <= 8; cut++) {
            int until = MESSAGES * cut / 10;
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> stream.answered() >= until);
            publisherLine.cut();
        }
        awaitEverything(stream, subscriber);
    }

    @Test
    void aShareGroupGoesOnWithTheOthersWhenAMembersLineIsCut() throws Exception {
        try (TestClient one = TestClient.open(consumer, durable(), SettleBehaviour.ACCEPT, PATIENCE);
                TestClient two = TestClient.open(
                        publisher, SessionOptions.durableSession("two"), SettleBehaviour.ACCEPT, PATIENCE)) {
            for (TestClient member : java.util.List.of(one, two)) {
                member.subscribe(io.signalbox.transport.FilterSpec.of(
                                io.signalbox.topic.TopicFilter.ofMqtt("faults/#"),
                                io.signalbox.message.Guarantee.AT_LEAST_ONCE)
                        .withShareGroup("g"));
            }
            Stream stream = new Stream(publisher, MESSAGES);
            stream.awaitOneThird();
            consumerLine.refuse(true);
            consumerLine.cut();
            stream.awaitAll();
            consumerLine.refuse(false);
            Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
                var seen = new java.util.HashSet<String>(one.received().payloads());
                seen.addAll(two.received().payloads());
                assertThat(seen).hasSize(MESSAGES);
            });
        }
    }

    @Test
    void whatIsPublishedWhileTheServerIsAwayWaitsForIt() {
        TestClient subscriber = subscriber(durable());
        server.kill();
        Awaitility.await().atMost(PATIENCE).until(() -> publisher.health().status() != Health.Status.UP);
        CompletableFuture<Receipt> receipt = publisher
                .publish(Message.to(Topic.ofMqtt("faults/x")).payload("7").build())
                .toCompletableFuture();
        server.start();
        assertThat(receipt).succeedsWithin(PATIENCE);
        subscriber.received().awaitPayloads("7");
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(publisher.health().status()).isEqualTo(Health.Status.UP));
    }

    @Test
    void whatWaitsLongerThanItMayIsRefused() {
        publisherLine.refuse(true);
        RabbitMqConfig impatient = config.withUri(RabbitServer.uri(publisherLine.port()))
                .withPublish(new PublishLimits(16, 1 << 20, Duration.ofMillis(50), Duration.ofSeconds(5)));
        try (RabbitMqTransport transport = RabbitMqTransport.open(impatient, TimeSource.monotonic())) {
            CompletableFuture<Receipt> receipt = transport
                    .publish(Message.to(Topic.ofMqtt("faults/x")).build())
                    .toCompletableFuture();
            assertThat(receipt)
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(SignalboxException.class)
                    .withMessageContaining("cannot be reached");
        }
    }

    @Test
    void aServerThatIsAbsentAtTheStartIsAFaultOrWaitedForAsConfigured() {
        publisherLine.refuse(true);
        RabbitMqConfig absent = config.withUri(RabbitServer.uri(publisherLine.port()));
        assertThatThrownBy(() -> RabbitMqTransport.open(
                        absent.withWhenAbsent(RabbitMqConfig.WhenAbsent.FAIL), TimeSource.monotonic()))
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.BUSY))
                .hasMessageContaining(String.valueOf(publisherLine.port()));
        try (RabbitMqTransport waiting = RabbitMqTransport.open(absent, TimeSource.monotonic())) {
            assertThat(waiting.health().status()).isNotEqualTo(Health.Status.UP);
            Awaitility.await().atMost(PATIENCE).until(() -> waiting.health().status() == Health.Status.DOWN);
            assertThat(waiting.publish(Message.to(Topic.ofMqtt("faults/x")).build()))
                    .as("the breaker is open")
                    .isCompletedExceptionally();
            publisherLine.refuse(false);
            Awaitility.await().atMost(PATIENCE).until(() -> waiting.health().status() == Health.Status.UP);
            assertThat(waiting.publish(Message.to(Topic.ofMqtt("faults/x")).build()))
                    .succeedsWithin(PATIENCE);
        }
    }

    @Test
    void anotherInstanceTakesASessionOverWithItsUnsettledMessages() {
        TestClient first = TestClient.open(consumer, durable(), SettleBehaviour.MANUAL, PATIENCE)
                .subscribe("faults/#");
        for (int i = 0; i < 5; i++) {
            assertThat(publisher.publish(Message.to(Topic.ofMqtt("faults/x"))
                            .payload("m" + i)
                            .build()))
                    .succeedsWithin(PATIENCE);
        }
        first.received().awaitCount(5);
        first.settle(first.received().deliveries().getFirst(), io.signalbox.transport.Settlement.ACCEPTED);
        TestClient second = TestClient.open(publisher, durable(), SettleBehaviour.ACCEPT, PATIENCE);
        first.received().awaitDetached(io.signalbox.transport.Subscriber.DetachReason.TAKEN_OVER);
        assertThat(second.session().resumed()).isTrue();
        second.received().awaitPayloads("m1", "m2", "m3", "m4");
    }
}
