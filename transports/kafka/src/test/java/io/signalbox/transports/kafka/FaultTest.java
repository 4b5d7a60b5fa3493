package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Health;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StartPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers that die and lines that break, in mid-stream: nothing acknowledged is lost, each key keeps its order. */
final class FaultTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MESSAGES = Integer.getInteger("signalbox.faults.messages", 6_000);
    private static final int CUTS = Integer.getInteger("signalbox.faults.cuts", 8);

    /** So short a silence that an outage of a few seconds is longer, and long enough to connect again. */
    private static final Pace PACE = new Pace(Duration.ofMillis(200), Duration.ofSeconds(8), null);

    private static final KafkaBroker broker = KafkaBroker.shared();

    private final KafkaConfig config = KafkaConfig.of(broker.bootstrap())
            .withPrefix("fault-" + UUID.randomUUID().toString().substring(0, 13))
            .withCreation(new KafkaConfig.Creation(3, 1, Duration.ZERO))
            .withPublish(new PublishLimits(1 << 16, 64L << 20, Duration.ofMinutes(1), Duration.ofMillis(1)));
    private final List<KafkaTransport> opened = new ArrayList<>();

    private KafkaTransport open(KafkaConfig with) {
        KafkaTransport transport = KafkaTransport.open(with, TimeSource.monotonic(), PACE);
        opened.add(transport);
        return transport;
    }

    @AfterEach
    void close() {
        opened.forEach(KafkaTransport::close);
    }

    private static TestClient subscriber(KafkaTransport transport) {
        SessionOptions options =
                SessionOptions.durableSession("s").withQueue(1_000_000, 1L << 30, OverflowPolicy.SPILL);
        return TestClient.open(transport, options, SettleBehaviour.ACCEPT, PATIENCE);
    }

    /** What is in Kafka, whoever has read it. */
    private List<String> written() {
        List<String> payloads = Collections.synchronizedList(new ArrayList<>());
        ReadRequest all =
                new ReadRequest(TopicFilter.ofMqtt("traffic/#"), StartPosition.ALL, Long.MAX_VALUE, Integer.MAX_VALUE);
        assertThat(open(config)
                        .read(all, stored -> payloads.add(stored.message().payloadText())))
                .succeedsWithin(PATIENCE);
        return payloads;
    }

    private void awaitEverything(String what, Traffic traffic, List<TestClient> owners) throws Exception {
        traffic.awaitAll();
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(traffic.verdict(all(owners)).lost())
                        .as("acknowledged and not delivered")
                        .isZero());
        owners.getLast().fence();
        Traffic.Verdict verdict = traffic.verdict(all(owners));
        System.out.println("kafka faults, " + what + ": acknowledged " + traffic.acknowledged() + ", lost "
                + verdict.lost() + ", repeated " + verdict.repeated().size());
        assertThat(written())
                .as("written once, in Kafka")
                .doesNotHaveDuplicates()
                .hasSize(MESSAGES);
        assertThat(traffic.acknowledged()).isEqualTo(MESSAGES);
        owners.forEach(owner -> assertThat(owner.received().violations()).isEmpty());
    }

    private static List<Delivery> all(List<TestClient> owners) {
        return owners.stream()
                .flatMap(owner -> owner.received().deliveries().stream())
                .toList();
    }

    @Test
    void aServerThatIsKilledInMidStreamLosesNothingAndRepeatsNothing() throws Exception {
        TestClient subscriber = subscriber(open(config)).subscribe("traffic/#");
        Traffic traffic = new Traffic(open(config), MESSAGES);
        traffic.awaitOneThird();
        broker.kill();
        broker.start();
        awaitEverything("server killed", traffic, List.of(subscriber));
        assertThat(traffic.verdict(subscriber.received().deliveries()).repeated())
                .isEmpty();
    }

    @Test
    void aLineThatIsCutAgainAndAgainLosesNothingAndRepeatsNothing() throws Exception {
        KafkaConfig proxied = config.withBootstrap(broker.proxied());
        TestClient subscriber = subscriber(open(proxied)).subscribe("traffic/#");
        Traffic traffic = new Traffic(open(proxied), MESSAGES);
        traffic.awaitOneThird();
        for (int i = 0; i < CUTS; i++) {
            broker.proxy().cut();
            int before = subscriber.received().deliveries().size();
            Awaitility.await().atMost(PATIENCE).until(() -> {
                int now = subscriber.received().deliveries().size();
                return now > before || now >= MESSAGES;
            });
        }
        awaitEverything(CUTS + " cuts", traffic, List.of(subscriber));
        assertThat(traffic.verdict(subscriber.received().deliveries()).repeated())
                .isEmpty();
    }

    @Test
    void aProcessThatDiesInMidStreamLosesNothingAndItsHeirGoesOn() throws Exception {
        KafkaTransport dying = open(config);
        TestClient first = subscriber(dying).subscribe("traffic/#");
        Traffic traffic = new Traffic(open(config), MESSAGES);
        traffic.awaitOneThird();
        dying.halt();
        TestClient heir = subscriber(open(config));
        assertThat(heir.session().resumed()).isTrue();
        awaitEverything("process dies", traffic, List.of(first, heir));
    }

    @Test
    void anOutageIsToldByHealthRefusesPublishesAtOnceAndEndsNobodysSession() {
        KafkaTransport transport = open(config.withBootstrap(broker.proxied()));
        KafkaTransport other = open(config.withBootstrap(broker.proxied()));
        List<TestClient> clients = List.of(
                subscriber(transport).subscribe("a"),
                TestClient.open(other, SessionOptions.transientSession("t"), SettleBehaviour.ACCEPT, PATIENCE)
                        .subscribe("a"));
        assertThat(transport.health().status()).isEqualTo(Health.Status.UP);
        broker.proxy().refuse(true);
        broker.proxy().cut();
        // The breaker opens after five tries of two seconds: by then nobody was heard for longer than the silence.
        Awaitility.await().atMost(PATIENCE).until(() -> transport.health().status() == Health.Status.DOWN);
        Message message = Message.to(Topic.ofMqtt("a")).payload("x").build();
        CompletableFuture<Receipt> refused = transport.publish(message).toCompletableFuture();
        assertThat(refused).as("at once").isCompletedExceptionally();
        assertThatThrownBy(() -> TestClient.get(refused, PATIENCE))
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.BUSY));
        broker.proxy().refuse(false);
        Awaitility.await().atMost(PATIENCE).until(() -> transport.health().status() == Health.Status.UP);
        assertThat(TestClient.get(transport.publish(message), PATIENCE).sequence())
                .isPositive();
        clients.forEach(client -> client.received().awaitPayloads("x"));
        clients.forEach(TestClient::fence);
        assertThat(clients).allMatch(client -> client.received().detachReason() == null);
    }

    @Test
    void aServerThatIsAbsentAtTheStartIsSaidToBe() {
        KafkaConfig absent = config.withBootstrap("127.0.0.1:1")
                .withAbsentWait(Duration.ZERO)
                .withClient(Map.of("request.timeout.ms", "500", "default.api.timeout.ms", "1000"));
        assertThatThrownBy(() -> KafkaTransport.open(absent, TimeSource.monotonic()))
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.BUSY));
    }
}
