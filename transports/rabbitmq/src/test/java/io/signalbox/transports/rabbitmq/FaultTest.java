package io.signalbox.transports.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.net.TcpProxy;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Health;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.provider.WhenAbsent;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lines that break, in mid-stream: nothing acknowledged is lost, each key keeps its order. */
final class FaultTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MESSAGES = Integer.getInteger("signalbox.faults.messages", 6_000);

    private final RabbitServer server = RabbitServer.shared();
    private final TcpProxy publisherLine = new TcpProxy(server.port());
    private final TcpProxy consumerLine = new TcpProxy(server.port());
    private final RabbitMqConfig config = RabbitMqConfig.of(server.uri())
            .withPrefix("fault-" + UUID.randomUUID().toString().substring(0, 13))
            .withQueueSettle(Duration.ZERO)
            .withPublish(new PublishLimits(1 << 16, 1 << 28, Duration.ofSeconds(60), Duration.ofSeconds(5)));
    private final RabbitMqTransport publisher = open(publisherLine);
    private final RabbitMqTransport consumer = open(consumerLine);

    private RabbitMqTransport open(TcpProxy line) {
        return RabbitMqTransport.open(config.withUri(RabbitServer.uri(line.port())), TimeSource.monotonic());
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
        assertThat(stream.awaitDelivered(subscriber, PATIENCE).duplicates()).isZero();
    }

    @Test
    void whatWasSettledAndNotToldIsToldAgainInSilence() {
        TestClient subscriber = TestClient.open(consumer, durable(), SettleBehaviour.MANUAL, PATIENCE)
                .subscribe("faults/#");
        for (int i = 0; i < 50; i++) {
            publisher.publish(
                    Message.to(Topic.ofMqtt("faults/x")).payload("m" + i).build());
        }
        List<Delivery> deliveries = subscriber.received().awaitCount(50);
        consumerLine.hold(true);
        deliveries.forEach(delivery -> subscriber.settle(delivery, Settlement.ACCEPTED));
        consumerLine.cut();
        consumerLine.hold(false);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> consumer.counters().recognised.sum() == 50);
        subscriber.fence();
        assertThat(subscriber.received().payloads()).hasSize(50);
        subscriber.detach();
        TestClient again = subscriber(durable());
        again.fence();
        assertThat(again.received().payloads()).isEmpty();
    }

    @Test
    void aTransientSessionOutlivesACutLineToo() throws Exception {
        TestClient subscriber = subscriber(
                SessionOptions.transientSession("t").withQueue(1_000_000, 1L << 30, OverflowPolicy.DROP_OLDEST));
        Stream stream = new Stream(publisher, MESSAGES);
        stream.awaitOneThird();
        consumerLine.cut();
        assertThat(stream.awaitDelivered(subscriber, PATIENCE).duplicates()).isZero();
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
        stream.awaitDelivered(subscriber, PATIENCE);
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
    void whatIsToArriveAtMostOnceIsNotSentAgainWhenItsConfirmIsLost() throws Exception {
        TestClient subscriber = TestClient.open(
                        consumer,
                        SessionOptions.transientSession("t").withQueue(1_000_000, 1L << 30, OverflowPolicy.DROP_OLDEST),
                        SettleBehaviour.ACCEPT,
                        PATIENCE)
                .subscribe("faults/#");
        Stream stream = new Stream(publisher, MESSAGES, Guarantee.AT_MOST_ONCE);
        for (int cut = 1; cut <= 4; cut++) {
            int until = MESSAGES * cut / 5;
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> stream.answered() >= until);
            publisherLine.cut();
        }
        stream.awaitAnswers();
        subscriber.fence();
        assertThat(stream.verdict(subscriber.received().deliveries()).duplicates())
                .isZero();
        assertThat(stream.refused()).allMatch(refusal -> refusal.contains("not sent again"));
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

    /** Who waits for an answer has one within hold and confirm-wait together. */
    @Test
    void whatAServerThatStandsStillDoesNotConfirmIsRefusedAndNotKept() {
        RabbitMqConfig impatient = config.withUri(RabbitServer.uri(publisherLine.port()))
                .withPublish(new PublishLimits(16, 1 << 20, Duration.ofSeconds(3), Duration.ofSeconds(3)));
        TestClient subscriber = subscriber(durable());
        try (RabbitMqTransport transport = RabbitMqTransport.open(impatient, TimeSource.monotonic())) {
            Awaitility.await().atMost(PATIENCE).until(() -> transport.health().status() == Health.Status.UP);
            publisherLine.hold(true);
            CompletableFuture<Receipt> receipt = transport
                    .publish(Message.to(Topic.ofMqtt("faults/x")).payload("x").build())
                    .toCompletableFuture();
            assertThat(receipt)
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(SignalboxException.class)
                    .withMessageContaining("did not confirm the message within PT3S");
            publisherLine.hold(false);
            Awaitility.await().atMost(PATIENCE).until(() -> transport.health().status() == Health.Status.UP);
            assertThat(transport.publish(
                            Message.to(Topic.ofMqtt("faults/x")).payload("y").build()))
                    .succeedsWithin(PATIENCE);
        }
        subscriber.fence();
        assertThat(subscriber.received().payloads())
                .as("x has perhaps come all the same, but it was not sent again")
                .isIn(List.of("y"), List.of("x", "y"), List.of("y", "x"));
    }

    @Test
    void aServerThatIsAbsentAtTheStartIsAFaultOrWaitedForAsConfigured() {
        publisherLine.refuse(true);
        RabbitMqConfig absent = config.withUri(RabbitServer.uri(publisherLine.port()))
                .withPublish(new PublishLimits(16, 1 << 20, Duration.ofMillis(50), Duration.ofSeconds(5)));
        assertThatThrownBy(() -> RabbitMqTransport.open(absent.withWhenAbsent(WhenAbsent.FAIL), TimeSource.monotonic()))
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.BUSY))
                .hasMessageContaining(String.valueOf(publisherLine.port()));
        try (RabbitMqTransport waiting = RabbitMqTransport.open(absent, TimeSource.monotonic())) {
            assertThat(waiting.health().status()).isNotEqualTo(Health.Status.UP);
            Awaitility.await().atMost(PATIENCE).until(() -> waiting.health().status() == Health.Status.DOWN);
            assertThat(waiting.publish(Message.to(Topic.ofMqtt("faults/x")).build()))
                    .as("it has been away for longer than a publish waits, so a new one is refused at once")
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
        first.settle(first.received().deliveries().getFirst(), Settlement.ACCEPTED);
        TestClient second = TestClient.open(publisher, durable(), SettleBehaviour.ACCEPT, PATIENCE);
        first.received().awaitDetached(io.signalbox.transport.Subscriber.DetachReason.TAKEN_OVER);
        assertThat(second.session().resumed()).isTrue();
        second.received().awaitPayloads("m1", "m2", "m3", "m4");
    }
}
