package io.signalbox.broker.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.BrokerConfig.TopicPolicy;
import io.signalbox.broker.DeadLetter;
import io.signalbox.broker.DeadLetters;
import io.signalbox.log.LogConfig;
import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.StartPosition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Takes what the broker promises before it is open, and breaks it. Power that fails under load is in {@link PowerCutTest}. */
class GuaranteesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int POWER_CUTS = 60;

    private final BrokerConfig config = BrokerConfig.DEFAULT.withPolicies(List.of(
            new TopicPolicy(TopicFilter.ofMqtt("fast/#"), Durability.ROUTED, Durability.BUFFERED, false),
            new TopicPolicy(TopicFilter.ofMqtt("logged/#"), Durability.BUFFERED, Durability.SYNCED, false)));
    private final BrokerPromise promise = new BrokerPromise(config, LogConfig.defaults(Path.of("simulated")));
    private final EmbeddedFixture fixture = new EmbeddedFixture(config);

    @AfterEach
    void close() {
        fixture.close();
    }

    private static Message message(String topic, String payload, Guarantee guarantee) {
        return Message.to(Topic.ofMqtt(topic))
                .payload(payload)
                .guarantee(guarantee)
                .build();
    }

    private static Receipt publish(EmbeddedBroker broker, String topic, String payload) {
        return TestClient.get(broker.publish(message(topic, payload, Guarantee.AT_LEAST_ONCE)), PATIENCE);
    }

    private static TestClient session(EmbeddedBroker broker, SessionOptions options, SettleBehaviour behaviour) {
        return TestClient.open(broker, options, behaviour, PATIENCE);
    }

    private static TestClient durable(EmbeddedBroker broker) {
        return session(broker, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT);
    }

    @Test
    void theLevelThatIsSaidOfATopicIsTheLevelOfTheReceipt() throws Exception {
        EmbeddedBroker broker = fixture.open();
        durable(broker).subscribe("#");
        for (String topic : List.of("fast/x", "logged/x", "other")) {
            Durability acknowledged = promise.durability(message(topic, "", Guarantee.AT_LEAST_ONCE));
            assertThat(promise.guarantees(message(topic, "", Guarantee.AT_LEAST_ONCE))
                            .durability())
                    .startsWith(acknowledged + ": ")
                    .endsWith("QoS 0: " + promise.durability(message(topic, "", Guarantee.AT_MOST_ONCE)));
            for (Guarantee guarantee : Guarantee.values()) {
                Message message = message(topic, "x", guarantee);
                assertThat(TestClient.get(broker.publish(message), PATIENCE).durability())
                        .as("%s at %s", topic, guarantee)
                        .isEqualTo(promise.durability(message));
            }
        }
    }

    @Test
    void whatIsSyncedOutlivesEveryPowerCutAndWhatIsBufferedTheProcessAndNotEveryPowerCut() throws Exception {
        EmbeddedBroker broker = fixture.open();
        durable(broker).subscribe("#").detach();
        publish(broker, "logged/x", "synced");
        publish(broker, "fast/x", "buffered");
        assertThat(loss("fast/x")).startsWith("the machine loses power before its disk has it");
        assertThat(loss("logged/x")).startsWith("the disk is lost");
        SimulatedFileStore before = fixture.store;
        fixture.store = before.afterKill();
        assertThat(stored(fixture.open())).containsExactly("synced", "buffered");
        int lost = 0;
        for (int seed = 0; seed < POWER_CUTS; seed++) {
            fixture.store = before.powerCut(seed);
            List<String> left = stored(fixture.open());
            assertThat(left).startsWith("synced");
            lost += left.contains("buffered") ? 0 : 1;
        }
        assertThat(lost).as("of %d power cuts", POWER_CUTS).isPositive();
    }

    private String loss(String topic) {
        return promise.guarantees(message(topic, "", Guarantee.AT_LEAST_ONCE)).lossWindow();
    }

    private static List<String> stored(EmbeddedBroker broker) {
        List<String> seen = new ArrayList<>();
        TestClient.get(
                broker.read(
                        new ReadRequest(TopicFilter.ofMqtt("#"), StartPosition.ALL, Long.MAX_VALUE, 100),
                        stored -> seen.add(stored.message().payloadText())),
                PATIENCE);
        return seen;
    }

    @Test
    void atQosZeroASessionThatIsAwayGetsNothing() throws Exception {
        EmbeddedBroker broker = fixture.open();
        assertThat(loss("other")).contains("QoS 0: the process ends; a session that is away");
        durable(broker).subscribe("a").detach();
        TestClient.get(broker.publish(message("a", "light", Guarantee.AT_MOST_ONCE)), PATIENCE);
        publish(broker, "a", "heavy");
        durable(broker).received().awaitPayloads("heavy");
    }

    @Test
    void aRepeatIsOneMessageWithinTheWindowAndTwoBeyondIt() throws Exception {
        EmbeddedBroker broker = fixture.open();
        assertThat(said().duplicates()).contains("within 2 minutes are one message");
        assertThat(outcome(broker, "id-1")).isNotEqualTo(Receipt.Outcome.DUPLICATE);
        assertThat(outcome(broker, "id-1")).isEqualTo(Receipt.Outcome.DUPLICATE);
        fixture.advance(Duration.ofMinutes(3));
        assertThat(outcome(broker, "id-1")).isNotEqualTo(Receipt.Outcome.DUPLICATE);
    }

    /** The answer to a repeat comes from within the journal's turn, and so may what is published upon it. */
    @Test
    void whatIsPublishedUponAnAnswerIsNotOfTheTimeBeforeIt() throws Exception {
        EmbeddedBroker broker = fixture.open();
        for (int i = 0; i < 100; i++) {
            Message message = identified("id-" + i);
            TestClient.get(broker.publish(message), PATIENCE);
            CompletionStage<Receipt> beyond = broker.publish(message).thenCompose(repeat -> {
                fixture.advance(Duration.ofMinutes(3));
                return broker.publish(message);
            });
            assertThat(TestClient.get(beyond, PATIENCE).outcome()).isNotEqualTo(Receipt.Outcome.DUPLICATE);
        }
    }

    private Guarantees said() {
        return promise.guarantees(message("other", "", Guarantee.AT_LEAST_ONCE));
    }

    private static Receipt.Outcome outcome(EmbeddedBroker broker, @Nullable String id) {
        return TestClient.get(broker.publish(identified(id)), PATIENCE).outcome();
    }

    private static Message identified(@Nullable String id) {
        return message("a", "x", Guarantee.AT_LEAST_ONCE).toBuilder()
                .properties(MessageProperties.builder().id(id).build())
                .build();
    }

    @Test
    void whatWasNotSettledWhenTheProcessDiedComesAgainMarked() throws Exception {
        EmbeddedBroker broker = fixture.open();
        assertThat(said().duplicates()).contains("comes again after a lost connection, marked as such");
        TestClient first = session(broker, SessionOptions.durableSession("s"), SettleBehaviour.MANUAL)
                .subscribe("a");
        publish(broker, "a", "x");
        first.received().awaitPayloads("x");
        first.detach();
        assertThat(durable(broker).received().awaitPayloads("x").getFirst().redelivered())
                .isTrue();
    }

    @Test
    void aQueueKeepsItsBoundAndTheFourthFailureMakesADeadLetter() throws Exception {
        EmbeddedBroker broker = fixture.open();
        assertThat(said().retention())
                .contains("the bounds and the expiry of a session's queue")
                .contains("failure number 4 makes a dead letter");
        SessionOptions two = SessionOptions.durableSession("two").withQueue(2, 1_000, OverflowPolicy.DROP_OLDEST);
        session(broker, two, SettleBehaviour.ACCEPT).subscribe("a").detach();
        TestClient failing = session(broker, SessionOptions.durableSession("s"), SettleBehaviour.MANUAL)
                .subscribe("a");
        for (int i = 0; i < 4; i++) {
            publish(broker, "a", "m" + i);
        }
        session(broker, two, SettleBehaviour.ACCEPT).received().awaitPayloads("m2", "m3");
        Delivery failed = failing.received().awaitCount(4).getFirst();
        for (int failure = 1; failure < 4; failure++) {
            failing.settle(failed, new Settlement.Modified(Duration.ZERO, "no"));
            int count = 4 + failure;
            Awaitility.await().atMost(PATIENCE).until(() -> {
                fixture.advance(Duration.ofSeconds(1)); // it waits before it tries again
                return failing.received().deliveries().size() == count;
            });
            failed = failing.received().deliveries().getLast();
            assertThat(failed.payload()).isEqualTo("m0");
        }
        failing.settle(failed, new Settlement.Modified(Duration.ZERO, "no"));
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> broker.deadLetters().list(DeadLetters.Query.all(10)).stream()
                        .map(DeadLetter::message)
                        .map(Message::payloadText)
                        .toList()
                        .contains("m0"));
    }

    @Test
    void theHazardsOfAPolicyAreNamed() {
        BrokerConfig besteffort = BrokerConfig.DEFAULT.withPolicies(
                List.of(new TopicPolicy(TopicFilter.ofMqtt("#"), Durability.ROUTED, Durability.SYNCED, true)));
        assertThat(new BrokerPromise(besteffort, LogConfig.defaults(Path.of("simulated")))
                        .hazards(message("a", "", Guarantee.AT_LEAST_ONCE)))
                .singleElement()
                .asString()
                .contains("when the disk fails, publishes are accepted without it");
        assertThat(promise.hazards(message("a", "", Guarantee.AT_LEAST_ONCE))).isEmpty();
    }

    @Test
    void itReadsAsFiveLines() {
        assertThat(said().text().lines()).hasSize(5).allMatch(text -> text.length() > 20);
    }
}
