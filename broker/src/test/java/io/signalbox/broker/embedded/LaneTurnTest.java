package io.signalbox.broker.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.testkit.ManualLane;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.RecordingSubscriber;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.contract.Theme;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** At light load a publisher's lane does the journal's work itself. Then, too, nothing is lost, late or out of order. */
class LaneTurnTest extends Theme {
    private static final int LANE_COMMANDS = 128;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ManualLane lane = new ManualLane();
    private final PublishRecorder answers = new PublishRecorder(PATIENCE);
    private long published;

    @Override
    protected TransportFixture newFixture() {
        return new EmbeddedFixture();
    }

    @Test
    void theLaneServesItsSubscribersBeforeItAsksForTheFlush() {
        RecordingSubscriber subscriber = new RecordingSubscriber(lane, SettleBehaviour.ACCEPT, patience(), m -> false);
        Session session = open("s", lane, subscriber);
        CompletableFuture<?> subscribed = session.subscribe(List.of(spec("a"))).toCompletableFuture();
        runUntilDone(lane, subscribed);
        untilTheLaneHasATurn(lane, session);
        int[] before = new int[1];

        // The journal may be at work at the very moment, or the disk may just have stalled: then it has the turn.
        eventually(() -> {
            before[0] = subscriber.payloads().size();
            embedded().store.forces.hold();
            publish(lane, session, message("a", "mine"));
            if (lane.endTurn()) {
                return true;
            }
            embedded().store.forces.release(null);
            answers.awaitAnswers((int) published);
            lane.runAll();
            return false;
        });
        assertThat(subscriber.payloads()).hasSize(before[0]);
        lane.runAll();
        assertThat(subscriber.payloads()).endsWith("mine");
        assertThat(answers.receipts()).doesNotContainKey(published);

        embedded().store.forces.release(null);
        answers.awaitAnswers((int) published);
        assertThat(answers.refusals()).isEmpty();
        leave(lane, session);
    }

    @Test
    void whatIsMoreThanALittleIsLeftToTheJournal() {
        TestClient subscriber = client("s", "a");
        Session session =
                open("p", lane, new RecordingSubscriber(lane, SettleBehaviour.ACCEPT, patience(), m -> false));
        untilTheLaneHasATurn(lane, session);
        int from = subscriber.received().payloads().size();
        for (int i = 0; i < 10 * LANE_COMMANDS; i++) {
            publish(lane, session, message("a", "m" + i));
        }
        lane.endTurn();
        lane.runAll();
        answers.awaitAnswers((int) published);
        subscriber.received().awaitCount((int) published);
        List<String> payloads = deliveredTo(subscriber);
        assertThat(payloads.subList(payloads.size() - 10 * LANE_COMMANDS, payloads.size()))
                .containsExactlyElementsOf(numbered("m", 10 * LANE_COMMANDS));
        assertThat(from).isLessThan(payloads.size());
        leave(lane, session);
    }

    @Test
    void aLaneThatClosesBeforeTheFlushIsAnsweredAllTheSame() {
        Session session =
                open("p", lane, new RecordingSubscriber(lane, SettleBehaviour.ACCEPT, patience(), m -> false));
        untilTheLaneHasATurn(lane, session);
        publish(lane, session, message("a", "last"));
        lane.close();
        lane.endTurn();
        answers.awaitAnswers((int) published);
        assertThat(answers.receipts()).containsKey(published);
    }

    @Test
    void lanesThatMeetLeaveNothingBehind() throws Exception {
        int each = 3_000;
        TestClient subscriber = client("s", "#");
        PublishRecorder recorder = new PublishRecorder(patience());
        List<Thread> threads = IntStream.range(0, 3)
                .mapToObj(n -> {
                    ManualLane own = new ManualLane();
                    Session session = open(
                            "p" + n, own, new RecordingSubscriber(own, SettleBehaviour.ACCEPT, patience(), m -> false));
                    return Thread.ofPlatform().unstarted(() -> {
                        for (int i = 0; i < each; i++) {
                            Message message = message("t/" + n, n + ":" + i);
                            long context = (long) n * each + i;
                            own.execute(() -> session.publish(message, 0, recorder, context));
                            own.runAll();
                            own.endTurn();
                        }
                        own.runAll();
                        leave(own, session);
                    });
                })
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        recorder.awaitAnswers(3 * each);
        assertThat(recorder.refusals()).isEmpty();
        subscriber.received().awaitCount(3 * each);
        for (int n = 0; n < 3; n++) {
            String prefix = n + ":";
            assertThat(deliveredTo(subscriber).stream().filter(p -> p.startsWith(prefix)))
                    .containsExactlyElementsOf(numbered(prefix, each));
        }
    }

    /** Also after a failure: what closes the transport waits for its flush. */
    @AfterEach
    void letFlushesGo() {
        embedded().store.forces.release(null);
    }

    private EmbeddedFixture embedded() {
        return (EmbeddedFixture) fixture;
    }

    private Session open(String name, ManualLane own, RecordingSubscriber subscriber) {
        CompletableFuture<Session> opened = new CompletableFuture<>();
        own.execute(() -> transport
                .open(SessionOptions.transientSession(name), own, subscriber)
                .whenComplete((session, failure) -> {
                    if (failure != null) {
                        opened.completeExceptionally(failure);
                    } else {
                        subscriber.bind(session);
                        opened.complete(session);
                    }
                }));
        runUntilDone(own, opened);
        return opened.join();
    }

    /** A broker that closes waits for lanes that have something to do. */
    private void leave(ManualLane own, Session session) {
        runUntilDone(own, session.remove().toCompletableFuture());
    }

    private void runUntilDone(ManualLane own, CompletableFuture<?> future) {
        eventually(() -> {
            own.runAll();
            return future.isDone();
        });
    }

    private void publish(ManualLane own, Session session, Message message) {
        long context = ++published;
        own.execute(() -> session.publish(message, 0, answers, context));
        own.runAll();
    }

    /** The journal's own thread is at rest then: it has nothing to do, and nobody else has a lane. */
    private void untilTheLaneHasATurn(ManualLane own, Session session) {
        eventually(() -> {
            publish(own, session, message("a", "waiting"));
            boolean had = own.endTurn();
            own.runAll();
            return had;
        });
        answers.awaitAnswers((int) published);
    }
}
