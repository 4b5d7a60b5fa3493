package io.signalbox.transports.composite.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.DeadLetters;
import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Health;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.composite.Brokers;
import io.signalbox.transports.composite.SwitchedTransport;
import io.signalbox.transports.composite.SwitchedTransport.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages cross from one transport to another, all of them, in order. */
class BridgeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final EmbeddedBroker sourceBroker = Brokers.open();
    private final SwitchedTransport source = new SwitchedTransport(sourceBroker);
    private final SwitchedTransport target = Brokers.switched();

    /** Nobody else answers, so one that is started again need not wait for that. */
    private static final Bridge.Pace ALONE = new Bridge.Pace(5_000, 20_000, 60_000, 20);

    @SuppressWarnings("NullAway.Init") // each test starts one
    private Bridge bridge;

    private void start(BridgeConfig config) {
        bridge = Bridge.start(config, source, FarSide.of(target), ALONE);
        awaitUp(bridge);
    }

    private static void awaitUp(Bridge one) {
        Awaitility.await().atMost(PATIENCE).until(() -> one.health().status() == Health.Status.UP);
    }

    @AfterEach
    void close() {
        bridge.close();
        source.close();
        target.close();
    }

    private void publish(Message message) {
        TestClient.get(source.publish(message), PATIENCE);
    }

    private void publish(String topic, String payload) {
        publish(Message.to(Topic.ofMqtt(topic)).payload(payload).build());
    }

    private void publishMany(String prefix, int count) {
        for (int i = 0; i < count; i++) {
            publish("a/" + i % 3, prefix + i);
        }
    }

    private static List<String> numbered(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    private void awaitTaken(int count) {
        Awaitility.await().atMost(PATIENCE).until(() -> target.taken().size() >= count);
    }

    private void awaitCounts(long carried, long filtered, long rejected) {
        BridgeCounts expected = new BridgeCounts(carried, filtered, rejected, 0, 0, 0);
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(bridge.counts()).isEqualTo(expected));
    }

    @Test
    void whatMatchesCrossesInOrderAndNothingElse() {
        start(BridgeConfig.of("b", "a/#"));
        publish("other", "stays");
        publishMany("m", 100);
        awaitTaken(100);
        assertThat(target.takenTexts()).containsExactlyElementsOf(numbered("m", 100));
        awaitCounts(100, 0, 0);
    }

    @Test
    void aSubscriberOfTheTargetGetsWhatWasMapped() {
        start(BridgeConfig.of("b", "a/#")
                .withMapping(message -> message.payloadText().startsWith("secret")
                        ? null
                        : message.toBuilder()
                                .topic(Topic.ofMqtt("from-a/" + message.topic().text()))
                                .payload(message.payloadText().toUpperCase(Locale.ROOT))
                                .build()));
        try (TestClient client = TestClient.open(
                        target, SessionOptions.transientSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("from-a/#")) {
            publish("a/1", "secret plan");
            publish("a/1", "hello");
            assertThat(client.received().awaitPayloads("HELLO").getFirst().topic())
                    .isEqualTo("from-a/a/1");
        }
        awaitCounts(1, 1, 0);
    }

    @Test
    void anOutageOfTheTargetDelaysAndLosesNothingAndKeepsTheOrder() {
        start(BridgeConfig.of("b", "a/#").withWindowMax(20));
        publishMany("before", 10);
        awaitTaken(10);
        target.mode(Mode.REFUSING);
        publishMany("during", 100);
        Awaitility.await().atMost(PATIENCE).until(() -> bridge.health().status() == Health.Status.DEGRADED);
        assertThat(bridge.health().detail()).contains("wait for");
        target.mode(Mode.UP);
        awaitTaken(110);
        assertThat(target.takenTexts().subList(10, 110)).containsExactlyElementsOf(numbered("during", 100));
        awaitCounts(110, 0, 0);
        assertThat(bridge.health()).isEqualTo(Health.UP);
    }

    /** More than any session keeps by itself. */
    @Test
    void nothingIsDroppedHoweverMuchWaitsAtTheSource() {
        start(BridgeConfig.of("b", "a/#").withWindowMax(20));
        target.mode(Mode.REFUSING);
        int count = SessionOptions.QUEUE_MESSAGES_MAX_DEFAULT + 50;
        List<CompletionStage<Receipt>> receipts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            receipts.add(source.publish(
                    Message.to(Topic.ofMqtt("a/1")).payload("m" + i).build()));
        }
        receipts.forEach(receipt -> TestClient.get(receipt, PATIENCE));
        target.mode(Mode.UP);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> target.takenTexts().contains("m" + (count - 1)));
        assertThat(target.takenTexts()).containsExactlyElementsOf(numbered("m", count));
    }

    @Test
    void aTargetThatDoesNotAnswerIsAskedAgainAndNothingIsLost() {
        start(BridgeConfig.of("b", "a/#").withAnswerTimeout(Duration.ofMillis(200)));
        target.mode(Mode.HANGING);
        publishMany("m", 20);
        Awaitility.await().atMost(PATIENCE).until(() -> bridge.health().detail().contains("no answer within"));
        target.mode(Mode.UP);
        awaitTaken(20);
        assertThat(target.takenTexts().stream().distinct()).containsExactlyElementsOf(numbered("m", 20));
        awaitCounts(20, 0, 0);
    }

    @Test
    void whatMayBeLostIsNotKeptWithoutEndWhileTheTargetIsAway() {
        start(BridgeConfig.of("b", "a/#").withWindowMax(20));
        target.mode(Mode.HANGING);
        for (int i = 0; i < 500; i++) {
            publish(Message.to(Topic.ofMqtt("a/1"))
                    .payload("m" + i)
                    .guarantee(Guarantee.AT_MOST_ONCE)
                    .build());
        }
        Awaitility.await().atMost(PATIENCE).until(() -> bridge.counts().dropped() == 480);
        assertThat(bridge.counts().underWay()).isEqualTo(20);
    }

    @Test
    void aNewBridgeOfTheSameNameGoesOnWhereTheOldOneStopped() {
        start(BridgeConfig.of("b", "a/#"));
        publishMany("m", 10);
        awaitCounts(10, 0, 0);
        bridge.close();
        publishMany("n", 10);
        start(BridgeConfig.of("b", "a/#"));
        awaitCounts(10, 0, 0);
        assertThat(target.takenTexts().subList(10, 20)).containsExactlyElementsOf(numbered("n", 10));
    }

    @Test
    void aSourceThatIsAbsentAtTheStartIsWaitedFor() {
        source.mode(Mode.DOWN);
        bridge = Bridge.start(BridgeConfig.of("b", "a/#"), source, target);
        Awaitility.await().atMost(PATIENCE).until(() -> bridge.health().detail().contains("does not open"));
        source.mode(Mode.UP);
        awaitUp(bridge);
        publishMany("m", 5);
        awaitTaken(5);
    }

    @Test
    void whatTheTargetNeverTakesGoesToTheSourcesDeadLetters() {
        start(BridgeConfig.of("b", "a/#"));
        target.mode(Mode.TOO_LARGE);
        publish("a/1", "large");
        awaitCounts(0, 0, 1);
        target.mode(Mode.UP);
        publish("a/1", "small");
        awaitTaken(1);
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(sourceBroker.deadLetters().list(DeadLetters.Query.all(10)).stream()
                                .map(letter -> letter.message().payloadText()))
                        .containsExactly("large"));
    }

    @ParameterizedTest
    @EnumSource(names = {"QUEUE_FULL", "NOT_AUTHORIZED", "NO_RESPONDERS", "PARTIAL"})
    void whatAHealthyTargetRefusesForNowWaitsAndIsNoDeadLetter(ReasonCode reason) {
        start(BridgeConfig.of("b", "a/#").withWindowMax(20));
        target.refuse(reason);
        publishMany("m", 50);
        Awaitility.await().atMost(PATIENCE).until(() -> bridge.health().detail().contains(reason.code()));
        target.mode(Mode.UP);
        awaitCounts(50, 0, 0);
        assertThat(target.takenTexts()).containsExactlyElementsOf(numbered("m", 50));
        assertThat(sourceBroker.deadLetters().list(DeadLetters.Query.all(10))).isEmpty();
    }

    @Test
    void howeverOftenAMessageIsTriedItIsOneMessage() {
        start(BridgeConfig.of("b", "a/#").withAnswerTimeout(Duration.ofMillis(200)));
        target.mode(Mode.SILENT);
        publish("a/1", "x");
        awaitTaken(2);
        target.mode(Mode.UP);
        awaitCounts(1, 0, 0);
        assertThat(target.taken().stream().map(each -> each.properties().id()).distinct())
                .singleElement()
                .isNotNull();
    }

    @Test
    void whatCannotBeMappedGoesToTheDeadLettersToo() {
        start(BridgeConfig.of("b", "a/#").withMapping(message -> {
            throw new IllegalStateException("on purpose");
        }));
        publish("a/1", "odd");
        awaitCounts(0, 0, 1);
    }

    @Test
    void twoBridgesInOppositeDirectionsDoNotCarryAMessageInCircles() {
        start(BridgeConfig.of("there", "a/#"));
        try (Bridge back = Bridge.start(BridgeConfig.of("back", "a/#"), target, source)) {
            awaitUp(back);
            publish("a/1", "x");
            // There, back, and no further: the first bridge knows its own mark.
            awaitCounts(1, 1, 0);
            Awaitility.await().atMost(PATIENCE).until(() -> back.counts().carried() == 1);
        }
    }

    /** It was there: whoever subscribes there has it. */
    @Test
    void whatABridgeBringsFromTheTargetDoesNotGoBackThere() {
        start(BridgeConfig.of("there", "a/#").withFromTarget(Set.of("back")));
        try (Bridge back =
                Bridge.start(BridgeConfig.of("back", "a/#").withFromTarget(Set.of("there")), target, source)) {
            awaitUp(back);
            publish("a/1", "x");
            Awaitility.await().atMost(PATIENCE).until(() -> back.counts().filtered() == 1);
            awaitCounts(1, 0, 0);
            TestClient.get(
                    target.publish(Message.to(Topic.ofMqtt("a/2")).payload("y").build()), PATIENCE);
            awaitCounts(1, 1, 0);
            assertThat(back.counts().carried()).isEqualTo(1);
        }
    }

    /** A window of messages alone would let very large ones take all memory. */
    @Test
    void theMessagesUnderWayAreBoundedInBytes() {
        start(BridgeConfig.of("b", "a/#").withWindowBytesMax(100_000).withAnswerTimeout(Duration.ofMillis(500)));
        target.mode(Mode.HANGING);
        TestClient beside = TestClient.open(
                        source, SessionOptions.transientSession("beside"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("a/#");
        for (int i = 0; i < 200; i++) {
            publish(Message.to(Topic.ofMqtt("a/1"))
                    .payload("m" + i + " ".repeat(10_000))
                    .build());
        }
        beside.received().awaitCount(200);
        Awaitility.await().atMost(PATIENCE).until(() -> bridge.health().detail().contains("no answer within"));
        assertThat(bridge.counts().underWay()).isBetween(5, 40);
        target.mode(Mode.UP);
        awaitCounts(200, 0, 0);
        assertThat(target.takenTexts().stream().map(text -> text.split(" ", 2)[0]))
                .containsExactlyElementsOf(numbered("m", 200));
        beside.close();
    }

    /** The one that carries dies without a word. */
    @Test
    void theOneThatStandsByTakesOverFromOneThatIsSilent() {
        SwitchedTransport dumb = new SwitchedTransport(sourceBroker) {
            private final AtomicInteger signs = new AtomicInteger();

            @Override
            public void publish(Message message, PublishCallback callback, long context) {
                if (message.topic().isSystem() && signs.incrementAndGet() > 5) {
                    callback.refused(context, new Refusal(ReasonCode.NOT_AUTHORIZED, "on purpose"));
                } else {
                    super.publish(message, callback, context);
                }
            }
        };
        bridge = Bridge.start(
                BridgeConfig.of("b", "a/#"), dumb, FarSide.of(target), new Bridge.Pace(50, 2_000, 10_000, 500));
        awaitUp(bridge);
        try (Bridge other = startListening()) {
            Awaitility.await().atMost(PATIENCE).until(() -> other.health().equals(Health.UP));
            publishMany("m", 10);
            Awaitility.await().atMost(PATIENCE).until(() -> other.counts().carried() == 10);
            assertThat(target.takenTexts()).containsExactlyElementsOf(numbered("m", 10));
        }
    }

    /** Until it has a session nothing is kept for it: to ask first would lose messages. */
    @Test
    void theFirstOfAllAsksNobodyWhetherItMayCarry() {
        bridge = Bridge.start(
                BridgeConfig.of("b", "a/#"),
                source,
                FarSide.of(target),
                new Bridge.Pace(50, 3_600_000, 3_600_000, 3_600_000));
        awaitUp(bridge);
        publishMany("m", 10);
        awaitCounts(10, 0, 0);
    }

    @Test
    void whatIsPublishedWhileABridgeAsksCrossesWhenItHasNoAnswer() {
        bridge = startListening();
        awaitUp(bridge);
        bridge.close();
        bridge = startListening();
        Awaitility.await().atMost(PATIENCE).until(() -> bridge.health().detail().contains("asks whether another"));
        publishMany("m", 10);
        awaitUp(bridge);
        awaitCounts(10, 0, 0);
        assertThat(target.takenTexts()).containsExactlyElementsOf(numbered("m", 10));
    }

    /** Other filters may match what the session of the one that carries does not keep. */
    @Test
    void aBridgeOfOtherFiltersTakesOverAtOnce() {
        bridge = startListening();
        awaitUp(bridge);
        try (Bridge other = Bridge.start(
                BridgeConfig.of("b", "c/#"),
                source,
                FarSide.of(target),
                new Bridge.Pace(50, 3_600_000, 3_600_000, 3_600_000))) {
            Awaitility.await().atMost(PATIENCE).until(() -> other.health().equals(Health.UP));
        }
    }

    private Bridge startListening() {
        return Bridge.start(
                BridgeConfig.of("b", "a/#"), source, FarSide.of(target), new Bridge.Pace(50, 2_000, 10_000, 500));
    }

    private long opened() {
        return source.opened().stream()
                .filter(name -> name.equals(BridgeConfig.of("b", "a/#").sessionName()))
                .count();
    }

    @Test
    void oneOfTwoCarriesUndisturbedAndTheOtherTakesOverWhenThatIsGone() {
        bridge = startListening();
        awaitUp(bridge);
        Bridge other = startListening();
        try {
            awaitUp(other);
            // Longer than it would have waited for one that is silent.
            Pattern heard = Pattern.compile("has heard of it ([6-9]\\d|\\d{3,}) times");
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> heard.matcher(other.health().detail()).find());
            assertThat(other.health().status()).isEqualTo(Health.Status.UP);
            assertThat(opened()).as("by the first alone").isEqualTo(1);
            publishMany("m", 10);
            awaitCounts(10, 0, 0);
            bridge.close();
            publishMany("n", 10);
            Awaitility.await().atMost(PATIENCE).until(() -> other.counts().carried() == 10);
            Awaitility.await().atMost(PATIENCE).until(() -> other.health().equals(Health.UP));
        } finally {
            other.close();
        }
        List<String> expected = new ArrayList<>(numbered("m", 10));
        expected.addAll(numbered("n", 10));
        assertThat(target.takenTexts()).containsExactlyElementsOf(expected);
    }

    /** They cannot hear each other, so each thinks that the other is gone; nothing is lost, and little comes twice. */
    @Test
    void twoThatCannotHearEachOtherTakeTurnsAndLoseNothing() {
        SwitchedTransport deaf = new SwitchedTransport(sourceBroker) {
            @Override
            public void publish(Message message, PublishCallback callback, long context) {
                if (message.topic().isSystem()) {
                    callback.refused(context, new Refusal(ReasonCode.NOT_AUTHORIZED, "on purpose"));
                } else {
                    super.publish(message, callback, context);
                }
            }
        };
        BridgeConfig config = BridgeConfig.of("b", "a/#").withWindowMax(5);
        Bridge.Pace pace = new Bridge.Pace(50, 100, 400, 50);
        bridge = Bridge.start(config, deaf, FarSide.of(target), pace);
        awaitUp(bridge);
        try (Bridge other = Bridge.start(config, deaf, FarSide.of(target), pace)) {
            for (int i = 0; deaf.opened().size() < 16; i++) {
                publish("a/1", "m" + i);
            }
            publish("a/1", "last");
            Awaitility.await().atMost(PATIENCE).until(() -> target.takenTexts().contains("last"));
            assertThat(other.health().status()).isEqualTo(Health.Status.UP);
        }
        List<String> taken = target.takenTexts();
        List<String> distinct = taken.stream().distinct().toList();
        assertThat(distinct.subList(0, distinct.size() - 1))
                .containsExactlyElementsOf(numbered("m", distinct.size() - 1));
        assertThat(taken.size() - distinct.size())
                .as("not more than was under way at each turn")
                .isLessThanOrEqualTo(5 * deaf.opened().size());
    }

    @Test
    void aBridgeWhoseSessionWasTakenAndRemovedOpensItAgain() {
        bridge = startListening();
        awaitUp(bridge);
        TestClient operator =
                TestClient.open(source, SessionOptions.durableSession("@bridge:b"), SettleBehaviour.ACCEPT, PATIENCE);
        TestClient.get(operator.session().remove(), PATIENCE);
        Awaitility.await().atMost(PATIENCE).until(() -> {
            publish("a/1", "x");
            return !target.taken().isEmpty();
        });
    }

    /** What a transport refuses while it is being called must be known before the next one is sent. */
    @Test
    void nothingOvertakesWhatWasRefusedAMomentAgo() {
        start(BridgeConfig.of("b", "a/#"));
        bridge.close();
        publishMany("m", 50);
        target.refuseNext(ReasonCode.BUSY);
        start(BridgeConfig.of("b", "a/#"));
        awaitCounts(50, 0, 0);
        assertThat(target.takenTexts()).containsExactlyElementsOf(numbered("m", 50));
    }

    @Test
    void aMessageKeepsItsPropertiesAcross() {
        start(BridgeConfig.of("b", "a/#"));
        MessageProperties properties = MessageProperties.builder()
                .id("id-1")
                .from("me")
                .orderingKey("k")
                .contentType("text/plain")
                .header("h", "1")
                .build();
        publish(Message.to(Topic.ofMqtt("a/1"))
                .payload("x")
                .priority(7)
                .properties(properties)
                .build());
        awaitTaken(1);
        Message crossed = target.taken().getFirst();
        assertThat(crossed.priority()).isEqualTo(7);
        assertThat(crossed.properties().toBuilder()
                        .headers(properties.headers())
                        .build())
                .isEqualTo(properties);
        assertThat(crossed.properties().headers().get(BridgeConfig.HEADER)).isEqualTo("b");
    }
}
