package io.signalbox.transports.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.ManualLane;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Match;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MailboxTest {
    private final ManualTimeSource time = new ManualTimeSource();
    private final ManualLane lane = new ManualLane();
    private final DeliveryCounters counters = new DeliveryCounters();
    private final List<String> got = new ArrayList<>();
    private final List<Integer> ids = new ArrayList<>();
    private final List<String> engine = new ArrayList<>();

    private final class Recorder implements Subscriber {
        @Override
        public void onDelivery(
                int deliveryId,
                Message message,
                Match match,
                int deliveryCount,
                boolean redelivered,
                boolean retained) {
            got.add(message.payloadText()
                    + (redelivered ? " again" : "")
                    + (deliveryCount > 0 ? " after " + deliveryCount : ""));
            ids.add(deliveryId);
        }

        @Override
        public void onReleased(int deliveryId) {}

        @Override
        public void onTurnEnd() {}

        @Override
        public void onDetached(DetachReason reason) {
            got.add(reason.name());
        }
    }

    @Test
    void aSubscriberThatThrowsEvenAnErrorGetsWhatComesLater() {
        Subscriber broken = new Subscriber() {
            @Override
            public void onDelivery(
                    int deliveryId,
                    Message message,
                    Match match,
                    int deliveryCount,
                    boolean redelivered,
                    boolean retained) {
                got.add(message.payloadText());
                throw new NoClassDefFoundError("on purpose");
            }

            @Override
            public void onReleased(int deliveryId) {}

            @Override
            public void onTurnEnd() {
                throw new AssertionError("on purpose");
            }

            @Override
            public void onDetached(DetachReason reason) {}
        };
        Mailbox<String> mailbox =
                new Mailbox<>(SessionOptions.transientSession("s"), lane, broken, new Engine(), time, 4, counters);
        mailbox.start();
        mailbox.arrived(arrival("1", "a", false));
        lane.runAll();
        mailbox.arrived(arrival("2", "b", false));
        lane.runAll();
        assertThat(got).containsExactly("a", "b");
    }

    private final class Engine implements Settler<String> {
        @Override
        public void done(String handle) {
            engine.add("done " + handle);
        }

        @Override
        public void dead(String handle, Arrival<String> arrival, DeadReason reason, String detail) {
            engine.add("dead " + handle + " " + reason.text());
        }

        @Override
        public void flush() {}
    }

    private Mailbox<String> mailbox(SessionOptions options) {
        Mailbox<String> mailbox = new Mailbox<>(options, lane, new Recorder(), new Engine(), time, 4, counters);
        mailbox.start();
        return mailbox;
    }

    private Mailbox<String> mailbox() {
        return mailbox(SessionOptions.transientSession("s"));
    }

    private static Arrival<String> arrival(String handle, String payload, boolean redelivered) {
        return arrival(handle, payload, redelivered, null, Guarantee.AT_LEAST_ONCE);
    }

    private static Arrival<String> arrival(
            String handle,
            String payload,
            boolean redelivered,
            @org.jspecify.annotations.Nullable String key,
            Guarantee guarantee) {
        Message message = Message.to(Topic.ofMqtt("a"))
                .payload(payload)
                .guarantee(guarantee)
                .properties(MessageProperties.builder().orderingKey(key).build())
                .build();
        return new Arrival<>(handle, message, Match.plain(guarantee), payload, redelivered);
    }

    @Test
    void whatASubscriberHoldsIsNotOfferedAgainWhenTheConnectionComesBack() {
        Mailbox<String> mailbox = mailbox();
        mailbox.arrived(arrival("h1", "m1", false));
        mailbox.arrived(arrival("h2", "m2", false));
        lane.runAll();
        mailbox.connectionLost();
        mailbox.arrived(arrival("h1'", "m1", true));
        mailbox.arrived(arrival("h2'", "m2", true));
        mailbox.arrived(arrival("h3", "m3", false));
        lane.runAll();
        assertThat(got).containsExactly("m1", "m2", "m3");
        mailbox.settle(ids.get(0), Settlement.ACCEPTED);
        assertThat(engine).containsExactly("done h1'");
        assertThat(counters.recognised.sum()).isEqualTo(2);
    }

    @Test
    void whatWasSettledWhileTheConnectionWasGoneIsSettledWhenItComesBack() {
        Mailbox<String> mailbox = mailbox();
        mailbox.arrived(arrival("h1", "m1", false));
        mailbox.arrived(arrival("h2", "m2", false));
        lane.runAll();
        mailbox.connectionLost();
        mailbox.settle(ids.get(0), Settlement.ACCEPTED);
        mailbox.settle(ids.get(1), new Settlement.Rejected("no"));
        assertThat(engine).isEmpty();
        mailbox.arrived(arrival("h1'", "m1", true));
        mailbox.arrived(arrival("h2'", "m2", true));
        lane.runAll();
        assertThat(engine).containsExactly("done h1'", "dead h2' rejected");
        assertThat(got).containsExactly("m1", "m2");
    }

    @Test
    void aSettlementThatWasOnItsWayWhenTheConnectionBrokeIsSentAgain() {
        Mailbox<String> mailbox = mailbox();
        mailbox.arrived(arrival("h1", "m1", false));
        lane.runAll();
        mailbox.settle(ids.get(0), Settlement.ACCEPTED);
        mailbox.connectionLost();
        mailbox.arrived(arrival("h1'", "m1", true));
        lane.runAll();
        assertThat(engine).containsExactly("done h1", "done h1'");
        assertThat(got).containsExactly("m1");
    }

    /** With a queue of its own and those of share groups an engine has more open than one credit. */
    @Test
    void allSettlementsThatMayBeLostAreSentAgainHoweverManyQueuesTheyAreOf() {
        Mailbox<String> mailbox = mailbox(SessionOptions.transientSession("s").withUnsettledMax(20));
        mailbox.openHandOversMax(60);
        for (int i = 0; i < 60; i++) {
            mailbox.arrived(arrival("h" + i, "m" + i, false));
            lane.runAll();
            mailbox.settle(ids.getLast(), Settlement.ACCEPTED);
        }
        mailbox.connectionLost();
        for (int i = 0; i < 60; i++) {
            mailbox.arrived(arrival("h" + i + "'", "m" + i, true));
        }
        lane.runAll();
        assertThat(got).hasSize(60);
        assertThat(counters.recognised.sum()).isEqualTo(60);
        assertThat(engine).contains("done h0'", "done h59'").hasSize(120);
    }

    @Test
    void whatWasNotOfferedYetComesWithTheNextConnectionAlone() {
        Mailbox<String> mailbox = mailbox(SessionOptions.transientSession("s").withUnsettledMax(1));
        mailbox.arrived(arrival("h1", "m1", false));
        mailbox.arrived(arrival("h2", "m2", false));
        lane.runAll();
        mailbox.connectionLost();
        mailbox.arrived(arrival("h1'", "m1", true));
        mailbox.arrived(arrival("h2'", "m2", true));
        mailbox.settle(ids.get(0), Settlement.ACCEPTED);
        lane.runAll();
        assertThat(got).containsExactly("m1", "m2 again");
    }

    @Test
    void aFailedMessageKeepsItsCountAndItsDelayAcrossAConnection() {
        Mailbox<String> mailbox = mailbox();
        mailbox.arrived(arrival("h1", "m1", false));
        lane.runAll();
        mailbox.settle(ids.get(0), new Settlement.Modified(Duration.ofSeconds(10), "busy"));
        mailbox.connectionLost();
        mailbox.arrived(arrival("h1'", "m1", true));
        lane.runAll();
        assertThat(got).containsExactly("m1");
        time.advance(Duration.ofSeconds(10));
        mailbox.tick();
        lane.runAll();
        assertThat(got).containsExactly("m1", "m1 again after 1");
    }

    @Test
    void aLaterOwnerGetsTheSameIdsAndCounts() {
        Mailbox<String> first = mailbox();
        for (int i = 1; i <= 3; i++) {
            first.arrived(arrival("h" + i, "m" + i, false));
        }
        lane.runAll();
        first.settle(ids.get(0), new Settlement.Modified(Duration.ZERO, "busy"));
        lane.runAll();
        first.settle(ids.get(1), Settlement.ACCEPTED);
        first.detach();
        first.arrived(arrival("h4", "m4", false));
        Map<Object, Remembered> left = first.left();
        List<Integer> before = List.of(ids.getLast(), ids.get(2));
        got.clear();
        ids.clear();
        Mailbox<String> second = mailbox();
        second.remember(left);
        second.arrived(arrival("h1'", "m1", true));
        second.arrived(arrival("h3'", "m3", true));
        second.arrived(arrival("h4'", "m4", true));
        lane.runAll();
        assertThat(got).containsExactly("m1 again after 1", "m3 again", "m4");
        assertThat(ids.subList(0, 2)).isEqualTo(before);
        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void aFailedMessageParksItsKeyAndNobodyElse() {
        Mailbox<String> mailbox = mailbox(SessionOptions.transientSession("s").withUnsettledMax(1));
        mailbox.arrived(arrival("h1", "k1", false, "k", Guarantee.AT_LEAST_ONCE));
        lane.runAll();
        mailbox.arrived(arrival("h2", "k2", false, "k", Guarantee.AT_LEAST_ONCE));
        mailbox.arrived(arrival("h3", "o1", false, "o", Guarantee.AT_LEAST_ONCE));
        mailbox.settle(ids.getLast(), new Settlement.Modified(Duration.ofSeconds(5), "busy"));
        lane.runAll();
        assertThat(got).containsExactly("k1", "o1");
        mailbox.settle(ids.getLast(), Settlement.ACCEPTED);
        lane.runAll();
        assertThat(got).containsExactly("k1", "o1");
        time.advance(Duration.ofSeconds(5));
        mailbox.tick();
        lane.runAll();
        mailbox.settle(ids.getLast(), Settlement.ACCEPTED);
        lane.runAll();
        assertThat(got).containsExactly("k1", "o1", "k1 again after 1", "k2");
    }

    @Test
    void theFourthFailureIsADeadLetter() {
        Mailbox<String> mailbox = mailbox();
        mailbox.arrived(arrival("h1", "m1", false));
        for (int i = 0; i < 4; i++) {
            lane.runAll();
            mailbox.settle(ids.getLast(), new Settlement.Modified(Duration.ZERO, "busy"));
        }
        lane.runAll();
        assertThat(got).hasSize(4);
        assertThat(engine).containsExactly("dead h1 delivery_limit");
    }

    @Test
    void whatNeedNotArriveNeedsNoCreditAndNeverComesTwice() {
        Mailbox<String> mailbox = mailbox(SessionOptions.transientSession("s").withUnsettledMax(1));
        mailbox.arrived(arrival("h1", "m1", false));
        lane.runAll();
        mailbox.arrived(arrival("h2", "l1", false, null, Guarantee.AT_MOST_ONCE));
        mailbox.arrived(arrival("h3", "l2", true, null, Guarantee.AT_MOST_ONCE));
        lane.runAll();
        assertThat(got).containsExactly("m1", "l1");
        assertThat(ids.getLast()).isZero();
        assertThat(engine).containsExactlyInAnyOrder("done h2", "done h3");
    }

    @Test
    void aSubscriberThatTakesNothingHasABoundedQueue() {
        Mailbox<String> mailbox =
                mailbox(SessionOptions.transientSession("s").withQueue(2, 1_000_000, OverflowPolicy.DROP_OLDEST));
        mailbox.writable(false);
        for (int i = 1; i <= 5; i++) {
            mailbox.arrived(arrival("h" + i, "m" + i, false));
        }
        lane.runAll();
        assertThat(got).isEmpty();
        assertThat(engine).containsExactly("done h1", "done h2", "done h3");
        mailbox.writable(true);
        lane.runAll();
        assertThat(got).containsExactly("m4", "m5");
        assertThat(counters.dropped.sum()).isEqualTo(3);
    }

    @Test
    void manyThatArriveTogetherComeInTheirOrderAndObeyTheBounds() {
        Mailbox<String> mailbox =
                mailbox(SessionOptions.transientSession("s").withQueue(2, 1_000_000, OverflowPolicy.DROP_OLDEST));
        mailbox.arrived(List.of(arrival("h1", "m1", false), arrival("h2", "m2", false)));
        lane.runAll();
        mailbox.writable(false);
        mailbox.arrived(List.of(arrival("h3", "m3", false), arrival("h4", "m4", false), arrival("h5", "m5", false)));
        mailbox.writable(true);
        lane.runAll();
        assertThat(got).containsExactly("m1", "m2", "m4", "m5");
        assertThat(engine).containsExactly("done h3");
    }

    @Test
    void whoeverIsSeizedHearsWhyAndNothingMore() {
        Mailbox<String> mailbox = mailbox();
        mailbox.arrived(arrival("h1", "m1", false));
        mailbox.seize(Subscriber.DetachReason.TAKEN_OVER);
        mailbox.arrived(arrival("h2", "m2", false));
        mailbox.settle(1, Settlement.ACCEPTED);
        lane.runAll();
        assertThat(got).containsExactly("TAKEN_OVER");
        assertThat(engine).isEmpty();
    }
}
