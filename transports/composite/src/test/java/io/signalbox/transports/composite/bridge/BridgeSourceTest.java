package io.signalbox.transports.composite.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.DeadLetters;
import io.signalbox.message.Message;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.ForwardingSession;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
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
        int dead = sourceBroker.deadLetters().list(DeadLetters.Query.all(100)).size();
        assertThat(dead).isPositive();
        awaitLost(dead);
        awaitTaken(40 - dead);
        Awaitility.await().atMost(PATIENCE).until(() -> bridge.counts().carried() == 40 - dead);
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
    void aSessionThatBeginsAnewAddsToWhatWasCounted() {
        start(LOOKS_OFTEN);
        TestClient client =
                TestClient.open(source, SessionOptions.transientSession("any"), SettleBehaviour.ACCEPT, PATIENCE);
        long[] lost = {0};
        Session session = new ForwardingSession(client.session()) {
            @Override
            public long lostCount() {
                return lost[0];
            }
        };
        SourceLosses losses = new SourceLosses("b", "source");
        for (long count : new long[] {0, 5, 7, 7, 0, 3}) {
            lost[0] = count;
            losses.look(session);
        }
        assertThat(losses.count()).isEqualTo(10);
        client.close();
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
                .as("the question that is this configuration's")
                .hasSize(1);
        publish("c/1", "wanted");
        Awaitility.await().atMost(PATIENCE).until(() -> target.takenTexts().contains("wanted"));
    }

    private List<String> subscriptions() {
        return sourceBroker.session("@bridge:b").orElseThrow().subscriptions();
    }
}
