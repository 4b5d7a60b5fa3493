package io.signalbox.transports.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Health;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a test can see and break; each expectation is shown something that it must refuse. */
class MemoryTransportTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final MemoryTransport transport = MemoryTransport.open();

    @AfterEach
    void close() {
        transport.close();
    }

    private static Message message(String topic, String payload) {
        return Message.to(Topic.ofMqtt(topic)).payload(payload).build();
    }

    private void publish(String topic, String payload) {
        TestClient.get(transport.publish(message(topic, payload)), PATIENCE);
    }

    private TestClient client() {
        return TestClient.open(transport, SessionOptions.transientSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("a/#");
    }

    @Test
    void whatWasPublishedCanBeLookedAtByTopic() {
        publish("a/1", "x");
        publish("b", "y");
        publish("a/2", "z");
        transport.capture().published("a/#").expectPayloads("x", "z").expectCount(2);
        assertThat(transport.capture().publications()).hasSize(3);
        Messages some = transport.capture().published("a/#");
        assertThatThrownBy(() -> some.expectPayloads("x"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("2 published to a/#: [a/1=x, a/2=z]");
        assertThatThrownBy(() -> some.expectCount(3)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> some.expectEach("is x", m -> m.payloadText().equals("x")))
                .hasMessageContaining("is x");
        transport.capture().clear();
        transport.capture().published("#").expectCount(0);
    }

    @Test
    void deliveriesAreCapturedForTheirSession() {
        try (TestClient client = client()) {
            publish("a/1", "x");
            client.received().awaitPayloads("x");
            transport.capture().awaitDelivered("s", 1, PATIENCE).expectPayloads("x");
            transport.capture().deliveredTo("stranger").expectCount(0);
            client.publish(message("a/1", "own"), 0);
            assertThat(transport.capture().publications().getLast().session()).isEqualTo("s");
        }
    }

    @Test
    void waitingForWhatNeverComesFailsAndShowsWhatCame() {
        publish("a", "x");
        assertThatThrownBy(() -> transport.capture().awaitPublished("a", 2, Duration.ofMillis(20)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("[a=x] instead of 2");
    }

    @Test
    void anOrderThatIsBrokenIsFound() {
        publish("a", "1");
        publish("a", "3");
        publish("a", "2");
        assertThatThrownBy(() -> transport
                        .capture()
                        .published("a")
                        .expectOrder(m -> m.topic().text(), m -> Long.parseLong(m.payloadText())))
                .hasMessageContaining("2 came after 3");
        transport
                .capture()
                .published("a")
                .expectOrder(Message::payloadText, m -> Long.parseLong(m.payloadText()))
                .expectNoRepeats();
    }

    @Test
    void aRepeatIsFound() {
        publish("a", "x");
        publish("a", "x");
        assertThatThrownBy(() -> transport.capture().published("a").expectNoRepeats())
                .hasMessageContaining("twice: a x");
    }

    @Test
    void timesBetweenMessagesAreKnown() {
        publish("a", "1");
        long began = System.nanoTime();
        while (System.nanoTime() - began < 5_000_000) {
            LockSupport.parkNanos(1_000_000);
        }
        publish("a", "2");
        Messages two = transport.capture().published("a");
        two.expectGapsOfAtLeast(Duration.ofMillis(5));
        assertThat(two.span()).isGreaterThanOrEqualTo(Duration.ofMillis(5));
        assertThatThrownBy(() -> two.expectGapsOfAtLeast(Duration.ofDays(1))).isInstanceOf(AssertionError.class);
    }

    @Test
    void aTransportThatIsDownRefusesAndSaysSo() {
        transport.faults().down("maintenance");
        assertThatThrownBy(() -> publish("a", "x")).hasMessageContaining("maintenance");
        assertThatThrownBy(this::client).hasMessageContaining("maintenance");
        assertThat(transport.health().status()).isEqualTo(Health.Status.DOWN);
        transport.faults().up();
        publish("a", "y");
        assertThat(transport.health().status()).isEqualTo(Health.Status.UP);
    }

    @Test
    void theNextPublishesAreRefusedAndTheOneAfterIsTaken() {
        transport.faults().refuseNext(2, ReasonCode.STORAGE_FULL);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> publish("a", "x"))
                    .isInstanceOfSatisfying(
                            SignalboxException.class,
                            e -> assertThat(e.reason()).isEqualTo(ReasonCode.STORAGE_FULL));
        }
        publish("a", "taken");
    }

    @Test
    void aLostAnswerLeavesTheMessageTaken() {
        try (TestClient client = client()) {
            transport.faults().loseNextAnswers(1);
            PublishRecorder answers = new PublishRecorder(PATIENCE);
            transport.publish(message("a/1", "x"), answers, 1);
            transport.publish(message("a/1", "y"), answers, 2);
            client.received().awaitPayloads("x", "y");
            answers.awaitAnswers(1);
            assertThat(answers.receipts()).containsOnlyKeys(2L);
        }
    }

    @Test
    void heldAnswersComeInOrderWhenTheyAreReleased() {
        transport.faults().holdAnswers();
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        try (TestClient client = client()) {
            transport.publish(message("a/1", "x"), answers, 1);
            transport.publish(message("a/1", "y"), answers, 2);
            client.received().awaitPayloads("x", "y");
            assertThat(answers.receipts()).isEmpty();
            transport.faults().releaseAnswers();
            answers.awaitAnswers(2);
            assertThat(answers.receipts().keySet()).containsExactly(1L, 2L);
        }
    }

    @Test
    void aLostSettlementOffersTheMessageAgain() {
        try (TestClient client = client()) {
            transport.faults().loseNextSettlements(1);
            Message once = message("a/1", "x").toBuilder()
                    .properties(MessageProperties.builder().id("id-1").build())
                    .build();
            TestClient.get(transport.publish(once), PATIENCE);
            assertThat(client.received().awaitPayloads("x", "x").getLast().redelivered())
                    .isTrue();
            assertThatThrownBy(() -> transport.capture().deliveredTo("s").expectNoRepeats())
                    .hasMessageContaining("id-1");
        }
    }
}
