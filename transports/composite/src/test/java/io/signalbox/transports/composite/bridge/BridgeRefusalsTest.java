package io.signalbox.transports.composite.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.DeadLetters;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Health;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.composite.SwitchedTransport.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A target that is away, hangs, refuses or never takes a message: nothing is lost, the order stays, memory is bounded. */
class BridgeRefusalsTest extends BridgeFixture {
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
}
