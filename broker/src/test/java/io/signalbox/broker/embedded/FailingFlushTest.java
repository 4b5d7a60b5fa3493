package io.signalbox.broker.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.log.store.SimulatedFileStore.Fault;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.RecordingSubscriber;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.TestLane;
import io.signalbox.testkit.contract.Theme;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transport.Health;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nobody waits for ever because the disk failed once. */
class FailingFlushTest extends Theme {
    @Override
    protected TransportFixture newFixture() {
        return new EmbeddedFixture();
    }

    /** Also after a failure: what closes the transport waits for its flush. */
    @AfterEach
    void letFlushesGo() {
        embedded().store.forces.release(null);
    }

    private EmbeddedFixture embedded() {
        return (EmbeddedFixture) fixture;
    }

    /** The first lies in a segment that the disk loses, the second's place is in the next one, which it keeps. */
    @Test
    void whatCameTwiceIsNotCalledSafeWhenTheDiskLosesTheFirst() throws InterruptedException {
        TestClient publisher = durable("p");
        publish("a", "so that the segment is known to the folder");
        PublishRecorder answers = new PublishRecorder(patience());
        Message message = to("a").payload("m").guarantee(Guarantee.EXACTLY_ONCE).build();
        embedded().store.forces.hold();
        publisher.publish(message, 5, answers, 1);
        embedded().store.forces.awaitHeld();
        publisher.publish(to("a").payload(new byte[300_000]).build(), 0, answers, 2);
        publisher.publish(message, 5, answers, 3);
        // It is answered once it is written: then the others are, too.
        PublishRecorder written = new PublishRecorder(patience());
        Message last = to("a").payload("last")
                .guarantee(Guarantee.AT_MOST_ONCE)
                .retain(true)
                .build();
        publisher.publish(last, 0, written, 4);
        written.awaitAnswers(1);
        embedded().store.forces.release(Fault.EIO);
        answers.awaitAnswers(3);
        assertThat(answers.refusals()).containsKeys(1L, 3L);
        eventually(() -> transport.health().status() == Health.Status.UP);
        assertThat(publisher.publish(message, 5).outcome()).isNotEqualTo(Receipt.Outcome.DUPLICATE);
    }

    @Test
    void aSessionIsOpenedWhileTheDiskIsFull() {
        durable("known", "a").detach();
        publish("a", "m0");
        embedded().store.capacity(0);
        embedded().store.failAt(1, Long.MAX_VALUE, Fault.ENOSPC);
        eventually(() -> {
            try {
                publish("a", "more");
                return false;
            } catch (SignalboxException full) {
                return transport.health().status() == Health.Status.DEGRADED;
            }
        });
        TestClient back = open(SessionOptions.durableSession("known"), SettleBehaviour.ACCEPT);
        assertThat(back.received().awaitCount(1).getFirst().payload()).isEqualTo("m0");
        assertThat(refusalOf(() -> open(SessionOptions.durableSession("new"), SettleBehaviour.ACCEPT)))
                .isNotNull();
        embedded().store.heal();
    }

    @Test
    void whoWasHeldUpByTheDiskDoesNotTakeOverFromWhoCameLater() {
        SessionOptions options = SessionOptions.durableSession("known");
        durable("known", "a").detach();
        barrier(); // while it is attached, nothing has to be written for who takes over
        embedded().store.capacity(0);
        embedded().store.failAt(1, Long.MAX_VALUE, Fault.ENOSPC);
        try (TestLane lane = new TestLane("held up")) {
            CompletableFuture<Session> heldUp = transport
                    .open(options, lane, new RecordingSubscriber(lane, SettleBehaviour.ACCEPT))
                    .toCompletableFuture();
            eventually(() -> transport.health().status() == Health.Status.DEGRADED);
            assertThat(heldUp).isNotDone();
            TestClient later = open(options, SettleBehaviour.ACCEPT);
            embedded().store.heal();
            assertThat(refusalOf(() -> await(heldUp)).reason()).isEqualTo(ReasonCode.CLOSED);
            publish("a", "m0");
            assertThat(later.received().awaitCount(1).getFirst().payload()).isEqualTo("m0");
        }
    }
}
