package io.signalbox.transports.composite.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.ForwardingSession;
import io.signalbox.transport.ForwardingTransport;
import io.signalbox.transport.Health;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.Brokers;
import io.signalbox.transports.composite.SwitchedTransport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a bridge comes to its session at the source, and leaves it, when that takes time. */
class BridgeSessionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SESSION = "@bridge:b";
    private static final Bridge.Pace ALONE = new Bridge.Pace(5_000, 20_000, 60_000, 20);

    private final EmbeddedBroker broker = Brokers.open();
    private final Slow source = new Slow(broker);
    private final SwitchedTransport target = Brokers.switched();

    @SuppressWarnings("NullAway.Init") // each test starts one
    private Bridge bridge;

    @AfterEach
    void close() {
        bridge.close();
        source.close();
        target.close();
    }

    /** The bridge's own session takes as long to open and to subscribe as a test likes. */
    private static final class Slow extends ForwardingTransport {
        final AtomicInteger opened = new AtomicInteger();
        final AtomicInteger detached = new AtomicInteger();
        final AtomicInteger signs = new AtomicInteger();
        volatile CompletionStage<?> opensAfter = CompletableFuture.completedFuture(null);
        volatile @Nullable CompletableFuture<List<@Nullable Refusal>> subscribes;

        Slow(Transport inner) {
            super(inner);
        }

        @Override
        public void publish(Message message, PublishCallback callback, long context) {
            if (message.topic().text().equals("$bridge/b")) {
                signs.incrementAndGet();
            }
            super.publish(message, callback, context);
        }

        @Override
        public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
            if (!options.name().equals(SESSION)) {
                return super.open(options, lane, subscriber);
            }
            opened.incrementAndGet();
            return super.open(options, lane, subscriber)
                    .thenCombine(opensAfter, (session, none) -> new ForwardingSession(session) {
                        @Override
                        public CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> specs) {
                            CompletableFuture<List<@Nullable Refusal>> answer = subscribes;
                            subscribes = null;
                            CompletionStage<List<@Nullable Refusal>> own = super.subscribe(specs);
                            return answer == null ? own : own.thenCombine(answer, (refusals, given) -> given);
                        }

                        @Override
                        public void detach(boolean clean) {
                            detached.incrementAndGet();
                            super.detach(clean);
                        }
                    });
        }
    }

    private void start(BridgeConfig config, Bridge.Pace pace) {
        bridge = Bridge.start(config, source, FarSide.of(target), pace);
    }

    private void awaitUp() {
        Awaitility.await().atMost(PATIENCE).until(() -> bridge.health().equals(Health.UP));
    }

    private Receipt publish(String topic, String payload) {
        return TestClient.get(
                broker.publish(Message.to(Topic.ofMqtt(topic)).payload(payload).build()), PATIENCE);
    }

    @Test
    void whatNoFilterOfTheBridgeMatchesAnyMoreDoesNotCross() {
        start(BridgeConfig.of("b", "a/#", "c/#"), ALONE);
        awaitUp();
        bridge.close();
        publish("a/1", "queued");
        start(BridgeConfig.of("b", "c/#"), ALONE);
        awaitUp();
        publish("a/1", "later");
        publish("c/1", "wanted");
        Awaitility.await().atMost(PATIENCE).until(() -> target.takenTexts().contains("wanted"));
        assertThat(target.takenTexts()).containsExactly("wanted");
        assertThat(bridge.counts().filtered()).isPositive();
    }

    /** A subscription that fails late is no business of a bridge that lost the session meanwhile. */
    @Test
    void aBridgeThatWasTakenOverWhileItSubscribedTakesNothingFromItself() {
        CompletableFuture<List<@Nullable Refusal>> subscribing = new CompletableFuture<>();
        source.subscribes = subscribing;
        start(BridgeConfig.of("b", "a/#"), new Bridge.Pace(25, 400, 800, 50));
        Awaitility.await().atMost(PATIENCE).until(() -> source.subscribes == null);
        TestClient other =
                TestClient.open(broker, SessionOptions.durableSession(SESSION), SettleBehaviour.ACCEPT, PATIENCE);
        Awaitility.await().atMost(PATIENCE).until(() -> bridge.health().detail().contains("stands by"));
        subscribing.completeExceptionally(new Refusal(ReasonCode.CLOSED, "not attached any more").toException());
        awaitUp();
        int signs = source.signs.get();
        // So often it says that it carries; it would have opened the session anew meanwhile.
        Awaitility.await().atMost(PATIENCE).until(() -> source.signs.get() > signs + 80);
        assertThat(source.opened.get())
                .as("once, and once after the other one's silence")
                .isEqualTo(2);
        assertThat(bridge.health()).isEqualTo(Health.UP);
        other.close();
    }

    @Test
    void aSessionThatIsOpenWhenItsBridgeIsClosedIsLeft() {
        CompletableFuture<Void> opens = new CompletableFuture<>();
        source.opensAfter = opens;
        start(BridgeConfig.of("b", "a/#"), ALONE);
        Awaitility.await().atMost(PATIENCE).until(() -> source.opened.get() == 1);
        bridge.close();
        opens.complete(null);
        Awaitility.await().atMost(PATIENCE).until(() -> source.detached.get() == 1);
    }
}
