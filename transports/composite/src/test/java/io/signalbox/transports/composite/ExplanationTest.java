package io.signalbox.transports.composite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.composite.SwitchedTransport.Mode;
import io.signalbox.transports.composite.strategy.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Takes each promise that an explanation makes, and tries to break it. */
class ExplanationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Topic TOPIC = Topic.ofMqtt("a");

    private final List<SwitchedTransport> members = new ArrayList<>();

    static Stream<Strategy> strategies() {
        return Stream.of(
                Strategy.ALL, Strategy.ANY, new Strategy.Quorum(2), Strategy.SPLIT_BY_KEY, new Strategy.Fallback());
    }

    private CompositeTransport open(Strategy strategy) {
        List<Member> named = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            members.add(Brokers.switched());
            named.add(new Member("m" + i, members.get(i)));
        }
        return new CompositeTransport(
                CompositeConfig.of("c", strategy, named).withAnswerTimeout(PATIENCE), TimeSource.monotonic());
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void whoAnswersBeforeAllMembersHaveDoesNotKnowThatNobodyIsSubscribed(Strategy strategy) {
        try (CompositeTransport composite = open(strategy)) {
            boolean waits = !(strategy instanceof Strategy.Any) && !(strategy instanceof Strategy.Quorum);
            assertThat(composite.capabilities().exactOutcomes()).isEqualTo(waits);
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void asManyMembersHaveAnAcceptedMessageAsItSays(Strategy strategy) {
        try (CompositeTransport composite = open(strategy)) {
            Explanation explanation = composite.explain(TOPIC);
            int accepted = 0;
            for (int down = 0; down < 8; down++) { // every set of members that fail
                for (int i = 0; i < 3; i++) {
                    members.get(i).mode((down >> i & 1) == 0 ? Mode.UP : Mode.REFUSING);
                }
                String text = "down " + down;
                try {
                    var receipt = TestClient.get(
                            composite.publish(Message.to(TOPIC).payload(text).build()), PATIENCE);
                    accepted++;
                    assertThat(receipt.durability().atLeast(explanation.durability()))
                            .isTrue();
                    assertThat(members.stream()
                                    .filter(m -> m.takenTexts().contains(text))
                                    .count())
                            .as("%s with %s", explanation, text)
                            .isGreaterThanOrEqualTo(explanation.copiesMin());
                } catch (SignalboxException refused) {
                    assertThat(down).as("refused with all members up").isPositive();
                }
            }
            assertThat(accepted).isPositive();
        }
    }

    static Stream<Strategy> strategiesOfWhichOneMemberIsEnoughToReadFrom() {
        return strategies().filter(strategy -> !(strategy instanceof Strategy.Split));
    }

    /** As few members as it allows take the message, and all of those but one are lost then. */
    @ParameterizedTest
    @MethodSource("strategiesOfWhichOneMemberIsEnoughToReadFrom")
    void aMessageIsThereUntilAsManyMembersAsItSaysAreLostAtOnce(Strategy strategy) {
        try (CompositeTransport composite = open(strategy)) {
            Explanation explanation = composite.explain(TOPIC);
            int copies = explanation.copiesMin();
            assertThat(explanation.lossWindow())
                    .isEqualTo(
                            "the member's disk is lost" + (copies == 1 ? "" : ", at " + copies + " members at once"));
            TestClient.open(composite, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                    .subscribe("a")
                    .detach();
            for (int i = copies; i < 3; i++) {
                members.get(i).mode(Mode.REFUSING);
            }
            TestClient.get(composite.publish(Message.to(TOPIC).payload("x").build()), PATIENCE);
            assertThat(members.stream().filter(m -> m.takenTexts().contains("x")))
                    .hasSize(copies);
            for (int i = 0; i < 3; i++) {
                members.get(i).mode(i < copies - 1 ? Mode.DOWN : Mode.UP);
            }
            TestClient back =
                    TestClient.open(composite, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE);
            back.received().awaitPayloads("x");
            back.close();
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void whereItPromisesOrderAKeyIsInOrderAndElsewhereKeysAreRefused(Strategy strategy) {
        try (CompositeTransport composite = open(strategy)) {
            TestClient client = TestClient.open(
                            composite, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                    .subscribe("a");
            Message keyed = Message.to(TOPIC)
                    .properties(MessageProperties.builder().orderingKey("k").build())
                    .build();
            if (!composite.explain(TOPIC).ordered()) {
                assertThatThrownBy(() -> TestClient.get(composite.publish(keyed), PATIENCE))
                        .hasMessageContaining("ORDERED");
                client.close();
                return;
            }
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                expected.add("m" + i);
                TestClient.get(
                        composite.publish(keyed.toBuilder().payload("m" + i).build()), PATIENCE);
            }
            client.received().awaitPayloads(expected);
            client.close();
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void theTransportSaysInGeneralWhatTheStrategySaysOfAMessage(Strategy strategy) {
        try (CompositeTransport composite = open(strategy)) {
            Explanation explanation = composite.explain(TOPIC);
            Guarantees said = composite.guarantees();
            assertThat(said.durability())
                    .isEqualTo(explanation.durability() + ": at " + explanation.copiesMin() + " of 3 members");
            assertThat(said.order().equals("not promised")).isEqualTo(!explanation.ordered());
            assertThat(said.duplicates()).isEqualTo(explanation.duplicates());
            assertThat(said.lossWindow()).isEqualTo(explanation.lossWindow());
            assertThat(said.retention()).contains("m0: ", "m1: ", "m2: ");
            assertThat(said.text().lines()).hasSize(5);
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void itClaimsNoMoreThanItsMembersDoNow(Strategy strategy) {
        try (CompositeTransport composite = open(strategy)) {
            assertThat(composite.capabilities().durability()).isEqualTo(Durability.SYNCED);
            members.get(1).durability(Durability.ROUTED);
            assertThat(composite.capabilities().durability()).isEqualTo(Durability.ROUTED);
            assertThat(composite.guarantees().durability()).startsWith("ROUTED: ");
            assertThat(composite.explain(TOPIC).durability()).isEqualTo(Durability.ROUTED);
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void itsTextNamesEveryPromise(Strategy strategy) {
        try (CompositeTransport composite = open(strategy)) {
            Explanation explanation = composite.explain(TOPIC);
            assertThat(explanation.durability()).isEqualTo(Durability.SYNCED);
            assertThat(explanation.text())
                    .contains("strategy", "copies", "durability", "order", "duplicates", "loss", "a member down")
                    .doesNotContain("null");
        }
    }
}
