package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.net.TcpProxy;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Health;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber.DetachReason;
import io.signalbox.transport.provider.WhenAbsent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers that die and lines that break, in mid-stream: nothing acknowledged is lost, each key keeps its order. */
final class FaultTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MESSAGES = Integer.getInteger("signalbox.faults.messages", 6_000);

    private static final RedisServer server = RedisServer.synced();

    private final TcpProxy publisherLine = new TcpProxy(server.port());
    private final TcpProxy consumerLine = new TcpProxy(server.port());
    private final RedisConfig config = server.config("fault")
            .withPublish(PublishLimits.DEFAULT.withHold(Duration.ofSeconds(60)))
            .withDelivery(new DeliveryLimits(4, Duration.ofSeconds(2), Duration.ofMillis(50)));
    private final RedisTransport publisher = open(publisherLine);
    private final RedisTransport consumer = open(consumerLine);

    private RedisTransport open(TcpProxy line) {
        return open(config, line);
    }

    private static RedisTransport open(RedisConfig config, TcpProxy line) {
        return RedisTransport.open(config.withUri(RedisServer.uri(line.port())), TimeSource.monotonic());
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

    private static TestClient session(RedisTransport transport, SessionOptions options, SettleBehaviour behaviour) {
        return TestClient.open(transport, options, behaviour, PATIENCE);
    }

    private TestClient subscriber(SessionOptions options) {
        return session(consumer, options, SettleBehaviour.ACCEPT).subscribe("faults/#");
    }

    private static SessionOptions durable() {
        return SessionOptions.durableSession("s").withQueue(1_000_000, 1L << 30, OverflowPolicy.SPILL);
    }

    private static Message message(String payload) {
        return Message.to(Topic.ofMqtt("faults/x")).payload(payload).build();
    }

    private static void awaitEverything(NumberStream stream, TestClient subscriber) throws InterruptedException {
        stream.awaitAll();
        stream.awaitEverythingAt(subscriber, PATIENCE);
    }

    @Test
    void aServerThatIsKilledInMidStreamLosesNothingAcknowledged() throws Exception {
        TestClient subscriber = subscriber(durable());
        NumberStream stream = new NumberStream(publisher, MESSAGES);
        stream.awaitOneThird();
        server.kill();
        server.start();
        awaitEverything(stream, subscriber);
    }

    @Test
    void aSessionThatIsAwayWhileTheServerIsKilledFindsEverything() throws Exception {
        subscriber(durable()).detach();
        NumberStream stream = new NumberStream(publisher, MESSAGES);
        stream.awaitOneThird();
        server.kill();
        server.start();
        stream.awaitAll();
        server.kill();
        server.start();
        TestClient back = session(consumer, durable(), SettleBehaviour.ACCEPT);
        assertThat(back.session().resumed()).isTrue();
        awaitEverything(stream, back);
    }

    @Test
    void aConsumersLineThatIsCutAgainAndAgainGivesNobodyAnythingTwice() throws Exception {
        TestClient subscriber = subscriber(durable());
        NumberStream stream = new NumberStream(publisher, MESSAGES);
        cutAgainAndAgain(consumerLine, stream);
        awaitEverything(stream, subscriber);
    }

    @Test
    void aTransientSessionOutlivesACutLineToo() throws Exception {
        // Eight cuts in a row may last longer than the silence after which the other tests' instances count as dead.
        RedisConfig patient = config.withPrefix(config.prefix() + "-patient")
                .withDelivery(new DeliveryLimits(4, Duration.ofSeconds(30), Duration.ofMillis(50)));
        SessionOptions options =
                SessionOptions.transientSession("t").withQueue(1_000_000, 1L << 30, OverflowPolicy.DROP_OLDEST);
        try (RedisTransport from = open(patient, publisherLine);
                RedisTransport to = open(patient, consumerLine)) {
            TestClient subscriber = session(to, options, SettleBehaviour.ACCEPT).subscribe("faults/#");
            NumberStream stream = new NumberStream(from, MESSAGES);
            cutAgainAndAgain(consumerLine, stream);
            awaitEverything(stream, subscriber);
        }
    }

    @Test
    void aPublishersLineThatIsCutAgainAndAgainLosesNothingAndRepeatsNothing() throws Exception {
        TestClient subscriber = subscriber(durable());
        NumberStream stream = new NumberStream(publisher, MESSAGES);
        cutAgainAndAgain(publisherLine, stream);
        awaitEverything(stream, subscriber);
    }

    private static void cutAgainAndAgain(TcpProxy line, NumberStream stream) {
        for (int cut = 1; cut <= 8; cut++) {
            int until = MESSAGES * cut / 10;
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> stream.answered() >= until);
            line.cut();
        }
    }

    @Test
    void aShareGroupGoesOnWithTheOthersWhenAMembersLineIsCut() throws Exception {
        try (TestClient one = session(consumer, durable(), SettleBehaviour.ACCEPT);
                TestClient two = session(publisher, SessionOptions.durableSession("two"), SettleBehaviour.ACCEPT)) {
            one.subscribe(shared());
            two.subscribe(shared());
            NumberStream stream = new NumberStream(publisher, MESSAGES);
            stream.awaitOneThird();
            consumerLine.refuse(true);
            consumerLine.cut();
            stream.awaitAll();
            consumerLine.refuse(false);
            Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
                Set<String> seen = new HashSet<>(one.received().payloads());
                seen.addAll(two.received().payloads());
                assertThat(seen).hasSize(MESSAGES);
            });
        }
    }

    private static FilterSpec shared() {
        return FilterSpec.of(TopicFilter.ofMqtt("faults/#"), Guarantee.AT_LEAST_ONCE)
                .withShareGroup("g");
    }

    @Test
    void whatAMemberHeldWhoseInstanceDiedGoesToTheOthersMarkedAsRedelivered() {
        server.awaitLook(config); // who is there at somebody's first look has longer to give a sign
        RedisTransport dying = open(publisherLine);
        TestClient holder = session(dying, SessionOptions.durableSession("holder"), SettleBehaviour.MANUAL)
                .subscribe(shared());
        for (int i = 0; i < 5; i++) {
            assertThat(publisher.publish(message("m" + i))).succeedsWithin(PATIENCE);
        }
        holder.received().awaitCount(5);
        dying.halt();
        TestClient other = session(consumer, durable(), SettleBehaviour.ACCEPT).subscribe(shared());
        assertThat(other.received().awaitPayloads("m0", "m1", "m2", "m3", "m4"))
                .allMatch(delivery -> delivery.redelivered());
    }

    @Test
    void aTransientSessionEndsAfterTheDeathOfItsProcess() {
        server.awaitLook(config);
        RedisTransport dying = open(publisherLine);
        session(dying, SessionOptions.transientSession("t"), SettleBehaviour.ACCEPT)
                .subscribe("faults/#");
        dying.halt();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> TestClient.get(publisher.publish(message("x")), PATIENCE)
                                .outcome()
                        == Receipt.Outcome.NO_SUBSCRIBERS);
    }

    @Test
    void whatIsPublishedWhileTheServerIsAwayWaitsForIt() {
        TestClient subscriber = subscriber(durable());
        server.kill();
        Awaitility.await().atMost(PATIENCE).until(() -> publisher.health().status() != Health.Status.UP);
        CompletableFuture<Receipt> receipt = publisher.publish(message("7")).toCompletableFuture();
        server.start();
        assertThat(receipt).succeedsWithin(PATIENCE);
        subscriber.received().awaitPayloads("7");
        Awaitility.await().atMost(PATIENCE).until(() -> publisher.health().status() == Health.Status.UP);
    }

    @Test
    void aLineThatFallsSilentIsGivenUpAndWhatItStillCarriesIsNotPublishedTwice() {
        RedisConfig watchful = config.withUri(RedisServer.uri(publisherLine.port()))
                .withPublish(PublishLimits.DEFAULT.withReplicas(0, Duration.ofMillis(300)));
        TestClient subscriber = subscriber(durable());
        try (RedisTransport transport = RedisTransport.open(watchful, TimeSource.monotonic())) {
            publisherLine.hold(true);
            List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                receipts.add(transport.publish(message("m" + i)).toCompletableFuture());
            }
            Awaitility.await().atMost(PATIENCE).until(() -> transport.health().status() != Health.Status.UP);
            publisherLine.hold(false);
            receipts.forEach(receipt -> assertThat(receipt).succeedsWithin(PATIENCE));
        }
        subscriber.fence();
        assertThat(subscriber.received().payloads()).containsExactly("m0", "m1", "m2", "m3", "m4");
    }

    @Test
    void aServerThatForgetsTheScriptsIsTaughtThemAgain() {
        TestClient subscriber = subscriber(durable());
        server.cli("script", "flush");
        assertThat(publisher.publish(message("x"))).succeedsWithin(PATIENCE);
        subscriber.received().awaitPayloads("x");
    }

    @Test
    void whatWaitsLongerThanItMayIsRefused() {
        publisherLine.refuse(true);
        RedisConfig impatient = config.withUri(RedisServer.uri(publisherLine.port()))
                .withPublish(PublishLimits.DEFAULT.withHold(Duration.ofMillis(50)));
        try (RedisTransport transport = RedisTransport.open(impatient, TimeSource.monotonic())) {
            assertThat(transport.publish(message("x")).toCompletableFuture())
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
        RedisConfig absent = config.withUri(RedisServer.uri(publisherLine.port()));
        assertThatThrownBy(() -> RedisTransport.open(absent.withWhenAbsent(WhenAbsent.FAIL), TimeSource.monotonic()))
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.BUSY))
                .hasMessageContaining(String.valueOf(publisherLine.port()));
        try (RedisTransport waiting = RedisTransport.open(absent, TimeSource.monotonic())) {
            assertThat(waiting.health().status()).isNotEqualTo(Health.Status.UP);
            assertThat(waiting.guarantees().durability()).contains("not been reached");
            Awaitility.await().atMost(PATIENCE).until(() -> waiting.health().status() == Health.Status.DOWN);
            assertThat(waiting.publish(message("x"))).as("the breaker is open").isCompletedExceptionally();
            publisherLine.refuse(false);
            Awaitility.await().atMost(PATIENCE).until(() -> waiting.health().status() == Health.Status.UP);
            assertThat(waiting.publish(message("x"))).succeedsWithin(PATIENCE);
        }
    }

    @Test
    void anotherInstanceTakesASessionOverWithItsUnsettledMessages() {
        TestClient first = session(consumer, durable(), SettleBehaviour.MANUAL).subscribe("faults/#");
        for (int i = 0; i < 5; i++) {
            assertThat(publisher.publish(message("m" + i))).succeedsWithin(PATIENCE);
        }
        List<io.signalbox.testkit.Delivery> held = first.received().awaitCount(5);
        first.settle(held.getFirst(), Settlement.ACCEPTED);
        TestClient second = session(publisher, durable(), SettleBehaviour.MANUAL);
        first.received().awaitDetached(DetachReason.TAKEN_OVER);
        assertThat(second.session().resumed()).isTrue();
        // What was settled a moment ago may come once more: the word of it and the new owner met.
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(second.received().payloads()).endsWith("m1", "m2", "m3", "m4"));
        assertThat(second.received().deliveries()).allMatch(delivery -> delivery.redelivered());
    }

    @Test
    void aServerThatComesBackEmptyGetsItsSessionsAgain() {
        try (RedisServer forgetful = new RedisServer("--appendonly", "no");
                RedisTransport transport = RedisTransport.open(forgetful.config("empty"), TimeSource.monotonic())) {
            TestClient client =
                    session(transport, durable(), SettleBehaviour.ACCEPT).subscribe("faults/#");
            assertThat(transport.publish(message("before"))).succeedsWithin(PATIENCE);
            client.received().awaitPayloads("before");
            forgetful.kill();
            forgetful.start();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> TestClient.get(transport.publish(message("after")), PATIENCE)
                                    .outcome()
                            == Receipt.Outcome.ROUTED);
            client.received().awaitCount(2);
            assertThat(client.received().payloads()).contains("before", "after");
        }
    }
}
