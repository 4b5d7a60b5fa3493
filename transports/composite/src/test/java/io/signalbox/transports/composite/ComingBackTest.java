package io.signalbox.transports.composite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.SignalboxException;
import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.RecordingSubscriber;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.TestLane;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Admission;
import io.signalbox.transport.ForwardingTransport;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Subscriber.DetachReason;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.SwitchedTransport.Mode;
import io.signalbox.transports.composite.merge.MergeState;
import io.signalbox.transports.composite.merge.MergedSession;
import io.signalbox.transports.composite.strategy.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions that come back when their members do not agree. */
class ComingBackTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final SessionOptions DURABLE = SessionOptions.durableSession("s");

    private final ManualTimeSource time = new ManualTimeSource();
    private final ManualTimeSource slowTime = new ManualTimeSource();
    private final SwitchedTransport first = new SwitchedTransport(Brokers.open(new SimulatedFileStore(), time));
    private final SwitchedTransport second = new SwitchedTransport(Brokers.open(new SimulatedFileStore(), slowTime));
    private final List<CompositeTransport> opened = new ArrayList<>();

    private CompositeTransport open(Strategy strategy) {
        CompositeTransport composite = new CompositeTransport(
                CompositeConfig.of("c", strategy, List.of(new Member("m0", first), new Member("m1", second)))
                        .withAnswerTimeout(PATIENCE),
                time);
        opened.add(composite);
        return composite;
    }

    @AfterEach
    void close() {
        opened.forEach(CompositeTransport::close);
        first.close();
        second.close();
    }

    private static TestClient client(Transport on, SessionOptions options) {
        return TestClient.open(on, options, SettleBehaviour.ACCEPT, PATIENCE);
    }

    private static Message message(String payload) {
        return Message.to(Topic.ofMqtt("a")).payload(payload).build();
    }

    private static void publish(Transport on, String payload) {
        TestClient.get(on.publish(message(payload)), PATIENCE);
    }

    @Test
    void aSessionWhoseTimeIsUpIsNewEverywhereThoughAMemberHasNotNoticed() {
        CompositeTransport composite = open(new Strategy.Fallback());
        SessionOptions minute = DURABLE.withExpiry(Duration.ofMinutes(1));
        client(composite, minute).subscribe("a").detach();
        publish(second, "of the old session");
        time.advance(Duration.ofMinutes(2)); // the second member's clock stands still
        TestClient back = client(composite, minute);
        assertThat(back.session().resumed()).isFalse();
        publish(second, "nobody's");
        back.fence();
        assertThat(back.received().payloads()).isEmpty();
    }

    @Test
    void anExpiryThatWasChangedIsTheOneThatCounts() {
        CompositeTransport composite = open(new Strategy.Fallback());
        TestClient client = client(composite, DURABLE).subscribe("a");
        client.onLane(session -> session.expiry(Duration.ofMinutes(1)));
        client.detach();
        time.advance(Duration.ofMinutes(2));
        assertThat(client(composite, DURABLE).session().resumed()).isFalse();
    }

    /** As if that member had lost its disk. */
    private static void forget(Transport member) {
        TestClient gone = client(member, DURABLE.withCleanStart(true));
        TestClient.get(gone.session().remove(), PATIENCE);
        gone.close();
    }

    @Test
    void aMemberThatHasForgottenTheSessionIsGivenItsSubscriptions() {
        CompositeTransport composite = open(Strategy.ANY);
        client(composite, DURABLE).subscribe("a").detach();
        forget(second);
        TestClient back = client(composite, DURABLE);
        assertThat(back.session().resumed()).isTrue();
        first.mode(Mode.REFUSING);
        publish(composite, "by the second");
        back.received().awaitPayloads("by the second");
    }

    @Test
    void aSessionThatNobodyCanCompleteIsNewSoThatItsClientSubscribesAgain() {
        client(open(Strategy.ANY), DURABLE).subscribe("a").detach();
        forget(second);
        // A new process, that does not know what the session was subscribed to.
        TestClient back = client(open(Strategy.ANY), DURABLE);
        assertThat(back.session().resumed()).isFalse();
    }

    @Test
    void aSessionThatIsTakenAtOneMemberIsHeldAtNoOther() {
        TestClient client = client(open(Strategy.ALL), DURABLE).subscribe("a");
        TestClient thief = client(second, DURABLE);
        client.received().awaitDetached(DetachReason.TAKEN_OVER);
        client.flush();
        publish(first, "x");
        TestClient direct = client(first, DURABLE);
        assertThat(direct.received().awaitPayloads("x").getFirst().redelivered())
                .as("nobody was handed it before")
                .isFalse();
        thief.close();
        direct.close();
    }

    @Test
    void anOpenThatFailsLeavesTheSessionToWhoeverHasIt() {
        CompositeTransport composite = open(Strategy.SPLIT_BY_KEY);
        TestClient client = client(composite, DURABLE).subscribe("a");
        first.mode(Mode.DOWN);
        second.mode(Mode.DOWN);
        assertThatThrownBy(() -> client(composite, DURABLE)).isInstanceOf(SignalboxException.class);
        first.mode(Mode.UP);
        second.mode(Mode.UP);
        publish(composite, "x");
        client.received().awaitPayloads("x");
    }

    /** Opens only when it is told to. */
    private static final class SlowToOpen extends ForwardingTransport {
        final List<CompletableFuture<Session>> asked = new CopyOnWriteArrayList<>();
        private final List<Runnable> opens = new CopyOnWriteArrayList<>();

        SlowToOpen(Transport inner) {
            super(inner);
        }

        @Override
        public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
            CompletableFuture<Session> answer = new CompletableFuture<>();
            asked.add(answer);
            opens.add(() -> inner().open(options, lane, subscriber).whenComplete((session, failure) -> {
                if (failure != null) {
                    answer.completeExceptionally(failure);
                } else {
                    answer.complete(session);
                }
            }));
            return answer;
        }

        void openAll() {
            opens.forEach(Runnable::run);
        }
    }

    @Test
    void aMemberThatHasNotAnsweredIsNotAskedAgain() {
        // A second open would take the session from the first, as soon as both are through.
        SlowToOpen slow = new SlowToOpen(second);
        try (TestLane lane = new TestLane("t")) {
            MergedSession session = new MergedSession(
                    DURABLE,
                    lane,
                    new RecordingSubscriber(lane, SettleBehaviour.ACCEPT),
                    new MergeState(() -> 10),
                    1,
                    new Admission("c", slow.capabilities()),
                    time,
                    (s, message, tag, callback, context) -> {},
                    (s, forGood) -> {});
            Opening opening = new Opening(List.of(new Member("m1", slow)), session, 1);
            CompletionStage<Session> failed = opening.open(Duration.ofMillis(1));
            assertThatThrownBy(() -> TestClient.get(failed, PATIENCE)).isInstanceOf(SignalboxException.class);
            for (int i = 0; i < 10; i++) {
                opening.retryMissing();
            }
            assertThat(slow.asked).hasSize(1);
        }
    }

    @Test
    void aMemberThatIsSlowToOpenJoinsInTheEnd() {
        SlowToOpen slow = new SlowToOpen(second);
        CompositeTransport composite = new CompositeTransport(
                CompositeConfig.of("c", Strategy.ANY, List.of(new Member("m0", first), new Member("m1", slow)))
                        .withAnswerTimeout(
                                Duration.ofSeconds(2)), // the open waits for it, and each publish has no longer
                time);
        opened.add(composite);
        TestClient client = client(composite, DURABLE).subscribe("a");
        slow.openAll();
        first.mode(Mode.REFUSING);
        Awaitility.await().atMost(PATIENCE).until(() -> {
            publish(composite, "by the slow one");
            return !client.received().payloads().isEmpty();
        });
        assertThat(client.received().detachReason()).isNull();
    }
}
