package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How deliveries end, and what comes back. */
@Needs(Feature.SUBSCRIBE)
public abstract class SettlementContract extends Theme {
    private static final Duration ACK_TIMEOUT = Duration.ofSeconds(10);

    @Test
    void atMostOnceDeliveriesAreSettledFromTheStart() {
        TestClient client = manual("s", "a");
        publish(to("a").payload("x").guarantee(Guarantee.AT_MOST_ONCE).build());
        assertThat(client.received().awaitPayloads("x").getFirst().deliveryId()).isZero();
    }

    @Test
    void idsOfUnsettledDeliveriesDiffer() {
        TestClient client = manual("s", "a");
        publishMany("a", "m", 20);
        assertThat(ids(client.received().awaitCount(20)))
                .doesNotHaveDuplicates()
                .allMatch(id -> id > 0);
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void anAcceptedMessageIsNotOfferedAgain() {
        TestClient first = durableManual("s", "a");
        publish("a", "1");
        publish("a", "2");
        List<Delivery> got = first.received().awaitPayloads("1", "2");
        first.settle(got.get(0), Settlement.ACCEPTED);
        first.drop();
        TestClient second = durable("s");
        second.received().awaitPayloads("2");
        second.fence();
        assertThat(deliveredTo(second)).containsExactly("2");
    }

    @Test
    void aReleasedMessageIsOfferedAgainWithoutBlame() {
        TestClient client = manual("s", "a");
        publish("a", "x");
        client.settle(client.received().awaitCount(1).getLast(), Settlement.RELEASED);
        Delivery again = client.received().awaitPayloads("x", "x").getLast();
        assertThat(again.deliveryCount()).isZero();
        assertThat(again.redelivered()).isTrue();
        assertThat(again.deliveryId()).isPositive();
    }

    @Test
    void aMessageMayBeReleasedMoreOftenThanItMayFail() {
        TestClient client = manual("s", "a");
        publish("a", "x");
        for (int i = 1; i <= 10; i++) {
            client.settle(client.received().awaitCount(i).getLast(), Settlement.RELEASED);
        }
        assertThat(client.received().awaitCount(11).getLast().deliveryCount()).isZero();
    }

    @Test
    @Needs(Feature.DELAYED_REDELIVERY)
    void aFailedMessageComesBackAfterItsDelayAndNotBefore() {
        TestClient client = manual("s", "a");
        publish("a", "x");
        client.settle(
                client.received().awaitCount(1).getLast(), new Settlement.Modified(Duration.ofSeconds(60), "busy"));
        client.fence();
        advance(Duration.ofSeconds(55));
        client.fence();
        assertThat(deliveredTo(client)).containsExactly("x");
        advanceUntilCount(client, 2);
        Delivery again = client.received().awaitPayloads("x", "x").getLast();
        assertThat(again.deliveryCount()).isEqualTo(1);
        assertThat(again.redelivered()).isTrue();
    }

    @Test
    @Needs(Feature.DELAYED_REDELIVERY)
    void aReleasedMessageComesBackAfterItsDelayWithoutBlame() {
        TestClient client = manual("s", "a");
        publish("a", "x");
        client.settle(client.received().awaitCount(1).getLast(), new Settlement.Released(Duration.ofSeconds(60)));
        client.fence();
        advance(Duration.ofSeconds(55));
        client.fence();
        assertThat(deliveredTo(client)).containsExactly("x");
        advanceUntilCount(client, 2);
        for (int i = 2; i <= 6; i++) {
            client.settle(client.received().awaitCount(i).getLast(), new Settlement.Released(Duration.ofSeconds(1)));
            advanceUntilCount(client, i + 1);
        }
        assertThat(client.received().awaitCount(7).getLast().deliveryCount()).isZero();
    }

    @Test
    @Needs(Feature.DELAYED_REDELIVERY)
    void theDeliveryCountGrowsWithEachFailure() {
        TestClient client = open(
                        SessionOptions.transientSession("s"), SettleBehaviour.failTimes(3, Duration.ofSeconds(1)))
                .subscribe("a");
        publish("a", "x");
        advanceUntilCount(client, 4);
        client.fence();
        assertThat(client.received().deliveries())
                .extracting(Delivery::deliveryCount)
                .containsExactly(0, 1, 2, 3);
    }

    @Test
    @Needs({Feature.DELAYED_REDELIVERY, Feature.DEAD_LETTERS})
    void theFourthFailureIsTheLast() throws Exception {
        TestClient client = open(
                        SessionOptions.transientSession("s"), SettleBehaviour.failTimes(99, Duration.ofSeconds(1)))
                .subscribe("a");
        publish("a", "poison");
        advanceUntilCount(client, 4);
        client.fence();
        advance(Duration.ofMinutes(10));
        client.fence();
        assertThat(deliveredTo(client)).containsExactly("poison", "poison", "poison", "poison");
        awaitDeadLetters("poison");
    }

    @Test
    @Needs(Feature.DEAD_LETTERS)
    void aRejectedMessageGoesStraightToTheDeadLetters() throws Exception {
        TestClient client = manual("s", "a");
        publish("a", "bad");
        publish("a", "good");
        List<Delivery> got = client.received().awaitPayloads("bad", "good");
        client.settle(got.get(0), new Settlement.Rejected("cannot be read"));
        client.settle(got.get(1), Settlement.ACCEPTED);
        client.fence();
        advance(Duration.ofMinutes(10));
        client.fence();
        assertThat(deliveredTo(client)).containsExactly("bad", "good");
        awaitDeadLetters("bad");
    }

    @Test
    @Needs({Feature.DEAD_LETTERS, Feature.DURABLE_SESSIONS})
    void deadLettersSurviveARestart() throws Exception {
        TestClient client = durableManual("s", "a");
        publish("a", "bad");
        client.settle(client.received().awaitCount(1).getFirst(), new Settlement.Rejected("cannot be read"));
        client.fence();
        awaitDeadLetters("bad");
        restart();
        awaitDeadLetters("bad");
        TestClient again = durable("s");
        again.fence();
        assertThat(deliveredTo(again)).isEmpty();
    }

    @Test
    void idsThatAreNotUnsettledAreIgnored() {
        TestClient client = manual("s", "a");
        publish("a", "1");
        Delivery first = client.received().awaitCount(1).getFirst();
        client.settle(first, Settlement.ACCEPTED);
        client.settle(first, Settlement.ACCEPTED);
        client.settle(first, Settlement.RELEASED);
        client.settle(65_535, Settlement.ACCEPTED);
        client.settle(0, Settlement.ACCEPTED);
        client.onLane(session -> session.extend(65_535));
        client.fence();
        publish("a", "2");
        client.received().awaitPayloads("1", "2");
    }

    @Test
    void aDeliveryThatIsNotSettledInTimeIsOfferedAgain() {
        TestClient client = open(
                        SessionOptions.transientSession("s").withAckTimeout(ACK_TIMEOUT), SettleBehaviour.MANUAL)
                .subscribe("a");
        publish("a", "x");
        client.received().awaitPayloads("x");
        advanceUntilCount(client, 2);
        Delivery again = client.received().awaitPayloads("x", "x").getLast();
        assertThat(again.redelivered()).isTrue();
        assertThat(again.deliveryCount()).as("a timeout is a failure").isEqualTo(1);
    }

    @Test
    void extendingBeginsTheAckTimeoutAnew() {
        TestClient client = open(
                        SessionOptions.transientSession("s").withAckTimeout(ACK_TIMEOUT), SettleBehaviour.MANUAL)
                .subscribe("a");
        publish("a", "x");
        Delivery delivery = client.received().awaitPayloads("x").getFirst();
        for (int i = 0; i < 4; i++) {
            advance(ACK_TIMEOUT.multipliedBy(3).dividedBy(4));
            client.onLane(session -> session.extend(delivery.deliveryId()));
            client.fence();
        }
        assertThat(deliveredTo(client)).containsExactly("x");
        advanceUntilCount(client, 2);
    }

    @Test
    void withoutAnAckTimeoutADeliveryWaitsForEver() {
        TestClient client = manual("s", "a");
        publish("a", "x");
        client.received().awaitPayloads("x");
        advance(Duration.ofDays(1));
        client.fence();
        assertThat(deliveredTo(client)).containsExactly("x");
    }

    @Test
    void aTurnEndsAfterADelivery() {
        TestClient client = client("s", "a");
        publish("a", "x");
        client.received().awaitPayloads("x");
        eventually(() -> client.received().turns() > 0);
    }
}
