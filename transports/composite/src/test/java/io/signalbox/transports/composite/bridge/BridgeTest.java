package io.signalbox.transports.composite.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.composite.SwitchedTransport.Mode;
import java.util.Locale;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Messages cross from one transport to another, all of them, in order. */
class BridgeTest extends BridgeFixture {
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
