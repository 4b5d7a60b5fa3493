package io.signalbox.transports.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualLane;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PulledSessionTest {
    private static final Duration ACK_TIMEOUT = Duration.ofSeconds(30);

    private final ManualTimeSource time = new ManualTimeSource();
    private final ManualLane lane = new ManualLane();
    private final List<Integer> ids = new ArrayList<>();
    private int asked;
    private int settledAtOnce;
    private Pulled session = new Pulled(10);

    private final class Recorder implements Subscriber {
        @Override
        public void onDelivery(
                int deliveryId,
                Message message,
                Match match,
                int deliveryCount,
                boolean redelivered,
                boolean retained) {
            ids.add(deliveryId);
            if (ids.size() <= settledAtOnce) {
                session.settle(deliveryId, Settlement.ACCEPTED);
            }
        }

        @Override
        public void onReleased(int deliveryId) {}

        @Override
        public void onTurnEnd() {}

        @Override
        public void onDetached(DetachReason reason) {}
    }

    private final class Pulled extends PulledSession<String> {
        private Pulled(int credit) {
            super(
                    SessionOptions.durableSession("s").withUnsettledMax(credit).withAckTimeout(ACK_TIMEOUT),
                    lane,
                    new Recorder(),
                    time,
                    2,
                    new DeliveryCounters());
        }

        @Override
        public void done(String handle) {
            credit().done(handle);
        }

        @Override
        public void dead(String handle, Arrival<String> arrival, DeadReason reason, String detail) {
            credit().done(handle);
        }

        @Override
        public void askPump() {
            asked++;
        }

        @Override
        protected boolean hasSettled() {
            return true;
        }

        @Override
        public void publish(Message message, int tag, PublishCallback callback, long context) {}

        @Override
        public CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> specs) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public CompletionStage<List<Boolean>> unsubscribe(List<Target> targets) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public void expiry(Duration expiry) {}

        @Override
        public void detach(boolean clean) {}

        @Override
        public CompletionStage<Void> remove() {
            return CompletableFuture.completedFuture(null);
        }
    }

    private void take(String handle) {
        Message message = Message.to(Topic.ofMqtt("a")).payload(handle).build();
        session.credit().taken(handle, message, true);
        session.mailbox().arrived(new Arrival<>(handle, message, Match.plain(Guarantee.AT_LEAST_ONCE), handle, false));
        lane.runAll();
    }

    private void takeTogether(int count) {
        List<Arrival<String>> arrivals = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String handle = "m" + i;
            Message message = Message.to(Topic.ofMqtt("a")).payload(handle).build();
            session.credit().taken(handle, message, true);
            arrivals.add(new Arrival<>(handle, message, Match.plain(Guarantee.AT_LEAST_ONCE), handle, false));
        }
        session.mailbox().arrived(arrivals);
        lane.runAll();
    }

    @Test
    void theEngineIsAskedOnceHalfOfTheCreditIsFree() {
        session.mailbox().start();
        takeTogether(10);
        for (int i = 0; i < 4; i++) {
            session.settle(ids.get(i), Settlement.ACCEPTED);
            lane.runAll();
        }
        assertThat(asked).isZero();
        session.settle(ids.get(4), Settlement.ACCEPTED);
        lane.runAll();
        assertThat(asked).isOne();
    }

    /** A lane's turn is of 256: after two of them half of a thousand are free, and the rest is here. */
    @Test
    void theEngineIsAskedForMostOfALargeCreditWhileTheLaneIsNotDone() {
        Pulled large = new Pulled(1_000);
        session = large;
        settledAtOnce = 1_000;
        large.mailbox().start();
        takeTogether(1_000);
        assertThat(ids).hasSize(1_000);
        assertThat(asked).as("after three turns, and after the last").isEqualTo(2);
    }

    private void letTimePass() {
        time.advance(ACK_TIMEOUT);
        session.mailbox().tick();
        lane.runAll();
    }

    @Test
    void aWordThatComesTooLateChangesNothingInTheCredit() {
        session.mailbox().start();
        take("m");
        letTimePass();
        letTimePass(); // the second failure is its last
        assertThat(session.credit().held()).isEmpty();
        assertThat(ids).hasSize(2);
        ids.forEach(id -> session.settle(id, new Settlement.Modified(Duration.ZERO, "too late")));
        assertThat(session.credit().room()).isEqualTo(10);
    }

    @Test
    void whatTimedOutIsKeptNoLongerThanItIsHere() {
        session.mailbox().start();
        for (int i = 0; i < 5; i++) {
            take("m" + i);
        }
        assertThat(session.credit().offeredCount()).isEqualTo(5);
        letTimePass();
        assertThat(session.credit().offeredCount()).as("offered once more").isEqualTo(5);
        letTimePass(); // the second failure is their last
        assertThat(session.credit().held()).isEmpty();
        assertThat(session.credit().offeredCount()).isZero();
    }

    @Test
    void whatIsGivenBackNeedsNoCreditWhileItWaits() {
        session.mailbox().start();
        take("m");
        assertThat(session.credit().room()).isEqualTo(9);
        session.settle(ids.getFirst(), new Settlement.Modified(Duration.ofSeconds(1), "later"));
        assertThat(session.credit().room()).isEqualTo(10);
        session.settle(ids.getFirst(), new Settlement.Modified(Duration.ofSeconds(1), "twice"));
        assertThat(session.credit().room()).isEqualTo(10);
    }
}
