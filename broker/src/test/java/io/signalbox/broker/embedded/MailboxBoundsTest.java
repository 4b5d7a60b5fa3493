package io.signalbox.broker.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.Ledger;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualLane;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What waits for the turn of a session that does not come is bounded, too. */
class MailboxBoundsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int OFFERS = 10_000;

    /** The least bound there is. */
    private static final int TURN_BYTES = 1_024 * 256;

    private static final long BOUND_BYTES = Runtime.getRuntime().maxMemory() / 8;

    private final List<ManualLane> lanes = new ArrayList<>();
    private @Nullable EmbeddedFixture fixture;

    /** A broker that closes waits for the last turns of its sessions. */
    @AfterEach
    void close() {
        EmbeddedFixture closing = fixture;
        if (closing != null) {
            CompletableFuture<Void> closed = CompletableFuture.runAsync(closing::close);
            await().atMost(PATIENCE).until(() -> {
                lanes.forEach(ManualLane::runAll);
                return closed.isDone();
            });
            closed.join();
        }
    }

    private EmbeddedBroker broker(long transientQueueBytesMax) throws Exception {
        fixture = new EmbeddedFixture(BrokerConfig.DEFAULT.withTransientQueueBytesMax(transientQueueBytesMax));
        return fixture.open();
    }

    /** A connection whose loop runs when the test says so. */
    private final class Connection implements Subscriber {
        final ManualLane lane = new ManualLane();
        final List<Boolean> holds = new ArrayList<>();
        final Session session;
        int delivered;

        Connection(EmbeddedBroker broker, String name) {
            lanes.add(lane);
            session = await(broker.open(SessionOptions.transientSession(name), lane, this));
        }

        <T> T await(CompletionStage<T> answer) {
            org.awaitility.Awaitility.await().atMost(PATIENCE).until(() -> {
                lane.runAll();
                return answer.toCompletableFuture().isDone();
            });
            return answer.toCompletableFuture().join();
        }

        Connection subscribe(String filter, Guarantee guarantee) {
            await(session.subscribe(List.of(FilterSpec.of(TopicFilter.ofMqtt(filter), guarantee))));
            return this;
        }

        void publish(Message message, PublishCallback callback) {
            lane.execute(() -> session.publish(message, 0, callback, 0));
            lane.runAll();
        }

        @Override
        public void onDelivery(int id, Message message, Match match, int count, boolean again, boolean retained) {
            delivered++;
        }

        @Override
        public void onReleased(int deliveryId) {}

        @Override
        public void onTurnEnd() {}

        @Override
        public void onPublishingHeld(boolean held) {
            holds.add(held);
        }

        @Override
        public void onDetached(DetachReason reason) {}
    }

    private static Message message(Guarantee guarantee, byte[] payload) {
        return Message.to(Topic.ofMqtt("a"))
                .payload(payload)
                .guarantee(guarantee)
                .build();
    }

    @Test
    void atMostOnceOffersThatNobodyTakesAreDroppedAtTheBound() throws Exception {
        EmbeddedBroker broker = broker(TURN_BYTES);
        Connection slow = new Connection(broker, "slow").subscribe("a", Guarantee.AT_MOST_ONCE);
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        Message small = message(Guarantee.AT_MOST_ONCE, new byte[10]);
        for (int i = 0; i < OFFERS; i++) {
            broker.publish(small, answers, i);
        }
        answers.awaitAnswers(OFFERS);
        slow.lane.runAll();
        assertThat(slow.delivered).isEqualTo(TURN_BYTES / 256);
        Ledger.Line line = balanced(broker, slow);
        assertThat(line.dropped()).containsEntry("slow_consumer", (long) OFFERS - slow.delivered);
        broker.publish(small, answers, OFFERS);
        answers.awaitAnswers(OFFERS + 1);
        slow.lane.runAll();
        assertThat(slow.delivered).as("there is room again").isEqualTo(TURN_BYTES / 256 + 1);
    }

    @Test
    void largeOnesCountByTheirBytes() throws Exception {
        EmbeddedBroker broker = broker(TURN_BYTES);
        Connection slow = new Connection(broker, "slow").subscribe("a", Guarantee.AT_MOST_ONCE);
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        for (int i = 0; i < 100; i++) {
            broker.publish(message(Guarantee.AT_MOST_ONCE, new byte[10_000]), answers, i);
        }
        answers.awaitAnswers(100);
        slow.lane.runAll();
        assertThat(slow.delivered).isEqualTo(27);
        balanced(broker, slow);
    }

    @Test
    void topicsCountToo() throws Exception {
        EmbeddedBroker broker = broker(TURN_BYTES);
        Connection slow = new Connection(broker, "slow").subscribe("#", Guarantee.AT_MOST_ONCE);
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        for (int i = 0; i < 100; i++) {
            Topic topic = Topic.ofMqtt(i + "/" + "x".repeat(60_000));
            broker.publish(Message.to(topic).guarantee(Guarantee.AT_MOST_ONCE).build(), answers, i);
        }
        answers.awaitAnswers(100);
        slow.lane.runAll();
        assertThat(slow.delivered).isEqualTo(5);
    }

    @Test
    void whoPublishesIsHeldWhileTooMuchWaitsInAll() throws Exception {
        EmbeddedBroker broker = broker(Long.MAX_VALUE);
        Connection slow = new Connection(broker, "slow").subscribe("a", Guarantee.AT_MOST_ONCE);
        Connection publisher = new Connection(broker, "publisher");
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        Message large = message(Guarantee.AT_MOST_ONCE, new byte[1 << 20]);
        int published = 0;
        while (publisher.holds.isEmpty() && published < 2 * (BOUND_BYTES >> 20)) {
            publisher.publish(large, answers);
            published++;
        }
        assertThat(publisher.holds).containsExactly(true);
        assertThat((long) published << 20).isBetween(BOUND_BYTES - (2 << 20), BOUND_BYTES + (2 << 20));
        slow.lane.runAll();
        publisher.lane.runAll();
        assertThat(publisher.holds).containsExactly(true, false);
        assertThat(slow.delivered).isEqualTo(published);
    }

    @Test
    void beyondTwiceTheBoundNothingIsTaken() throws Exception {
        EmbeddedBroker broker = broker(Long.MAX_VALUE);
        Connection slow = new Connection(broker, "slow").subscribe("a", Guarantee.AT_LEAST_ONCE);
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        Message large = message(Guarantee.AT_MOST_ONCE, new byte[1 << 20]);
        int published = 0;
        while (answers.refusals().isEmpty() && published < 4 * (BOUND_BYTES >> 20)) {
            broker.publish(large, answers, published++);
        }
        broker.publish(message(Guarantee.AT_LEAST_ONCE, new byte[1]), answers, published);
        answers.awaitAnswers(published + 1);
        assertThat(answers.refusal(published)).isEqualTo(ReasonCode.BUSY);
        assertThat((long) published << 20).isBetween(2 * BOUND_BYTES - (2 << 20), 2 * BOUND_BYTES + (4 << 20));
        slow.lane.runAll();
        PublishRecorder later = new PublishRecorder(PATIENCE);
        broker.publish(message(Guarantee.AT_LEAST_ONCE, new byte[1]), later, 1);
        later.awaitAnswers(1);
        assertThat(later.refusals()).isEmpty();
        int all = published; // one of them was refused, and one came later
        await().atMost(PATIENCE).until(() -> slow.lane.runAll() >= 0 && slow.delivered == all);
        balanced(broker, slow);
    }

    /** The session gives its account in a turn. */
    private static Ledger.Line balanced(EmbeddedBroker broker, Connection connection) throws Exception {
        var lines = CompletableFuture.supplyAsync(() -> {
            assertThat(broker.ledger().mismatches()).isEmpty();
            return broker.ledger().sessions();
        });
        await().atMost(PATIENCE).until(() -> connection.lane.runAll() >= 0 && lines.isDone());
        return lines.get(60, SECONDS).stream()
                .filter(line -> line.name().equals(connection.session.name()))
                .findFirst()
                .orElseThrow();
    }
}
