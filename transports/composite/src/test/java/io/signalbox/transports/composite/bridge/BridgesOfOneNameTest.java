package io.signalbox.transports.composite.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Health;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.composite.SwitchedTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Several bridges of one name at one source: one carries, the others stand by. */
class BridgesOfOneNameTest extends BridgeFixture {
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
}
