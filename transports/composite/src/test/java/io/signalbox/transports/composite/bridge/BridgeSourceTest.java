package io.signalbox.transports.composite.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.DeadLetters;
import io.signalbox.message.Message;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.Receipt;
import io.signalbox.transports.composite.SwitchedTransport.Mode;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What becomes of the bridge's session at the source: what it loses there, and what it is subscribed to. */
class BridgeSourceTest extends BridgeFixture {
    private static final int WINDOW = 5;
    private static final BridgeConfig LOOKS_OFTEN =
            BridgeConfig.of("b", "a/#").withWindowMax(WINDOW).withAnswerTimeout(Duration.ofSeconds(1));

    private void awaitLost(long count) {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(bridge.counts().lost()).isEqualTo(count));
    }

    private Receipt.Outcome outcomeOf(String topic) {
        return TestClient.get(
                        source.publish(
                                Message.to(Topic.ofMqtt(topic)).payload("x").build()),
                        PATIENCE)
                .outcome();
    }

    @Test
    void whatTheSourcesQueueHasNoRoomForIsCountedAsLost() {
        start(LOOKS_OFTEN.withQueue(new BridgeQueue(10, 1 << 20, OverflowPolicy.DEAD_LETTER)));
        target.mode(Mode.HANGING);
        publishMany("m", 40);
        Awaitility.await().atMost(PATIENCE).until(() -> bridge.counts().lost() > 0);
        target.mode(Mode.UP);
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            int dead = sourceBroker
                    .deadLetters()
                    .list(DeadLetters.Query.all(100))
                    .size(); // each time: it may still be making room
            assertThat(dead).isPositive();
            assertThat(bridge.counts().lost()).isEqualTo(dead);
            assertThat(bridge.counts().carried()).isEqualTo(40 - dead);
            assertThat(target.taken()).hasSizeGreaterThanOrEqualTo(40 - dead);
        });
    }

    @Test
    void whatExpiresAtTheSourceIsCountedAsLost() {
        start(LOOKS_OFTEN);
        target.mode(Mode.HANGING);
        publishMany("m", WINDOW);
        for (int i = 0; i < 3; i++) {
            publish(Message.to(Topic.ofMqtt("a/1"))
                    .payload("short-lived")
                    .ttlMillis(1)
                    .build());
        }
        target.mode(Mode.UP);
        awaitLost(3);
        assertThat(target.takenTexts()).doesNotContain("short-lived");
    }

    @Test
    void theSourceQueuesNothingThatOnlyEarlierFiltersMatch() {
        start(BridgeConfig.of("b", "a/#", "c/#"));
        bridge.close();
        start(BridgeConfig.of("b", "c/#", "a/b"));
        Awaitility.await().atMost(PATIENCE).until(() -> outcomeOf("a/1") == Receipt.Outcome.NO_SUBSCRIBERS);
        assertThat(subscriptions())
                .filteredOn(filter -> !filter.startsWith("$bridge/"))
                .containsExactlyInAnyOrder("c/#", "a/b");
        assertThat(subscriptions())
                .filteredOn(filter -> filter.startsWith("$bridge/"))
                .as("the question of either configuration")
                .hasSize(2);
        publish("c/1", "wanted");
        Awaitility.await().atMost(PATIENCE).until(() -> target.takenTexts().contains("wanted"));
    }

    @Test
    void whatWaitsByAnEarlierFilterCrossesIfALaterOneMatchesIt() {
        start(BridgeConfig.of("b", "a/#").withWindowMax(WINDOW));
        target.mode(Mode.HANGING);
        for (int i = 0; i < 20; i++) {
            publish("a/b", "m" + i);
        }
        bridge.close();
        target.mode(Mode.UP);
        start(BridgeConfig.of("b", "a/b").withWindowMax(WINDOW));
        awaitTaken(20);
        assertThat(target.takenTexts()).containsExactlyElementsOf(numbered("m", 20));
        Awaitility.await().atMost(PATIENCE).until(() -> !subscriptions().contains("a/#"));
    }

    /** A server that still has one of them hears by it that its messages are kept; but not of all there ever were. */
    @Test
    void theQuestionsOfEarlierConfigurationsDoNotPileUp() {
        for (int i = 0; i < 14; i++) {
            if (i > 0) {
                bridge.close();
            }
            start(BridgeConfig.of("b", "a/" + i));
            List<String> own = List.of("a/" + i);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> subscriptions().stream()
                            .filter(filter -> filter.startsWith("a/"))
                            .toList()
                            .equals(own)); // it has left what it leaves
        }
        assertThat(subscriptions())
                .filteredOn(filter -> filter.startsWith("$bridge/"))
                .hasSizeBetween(2, 9);
    }

    private List<String> subscriptions() {
        return sourceBroker.session("@bridge:b").orElseThrow().subscriptions();
    }
}
