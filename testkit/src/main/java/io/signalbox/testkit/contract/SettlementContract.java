package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How a delivery ends, and what comes of it. */
@Needs({Feature.SUBSCRIBE, Feature.DURABLE_SESSIONS})
public abstract class SettlementContract extends Theme {

    @Test
    void whatWasAcceptedDoesNotComeAgain() throws Exception {
        TestClient client = durable("s", "a");
        publish("a", "1");
        client.received().awaitCount(1);
        client.fence();
        restart();
        TestClient again = open(SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT);
        again.fence();
        assertThat(deliveredTo(again)).isEmpty();
    }

    @Test
    void aReleasedDeliveryComesAgainWithoutBlame() {
        TestClient client = durableManual("s", "a");
        publish("a", "1");
        client.settle(client.received().awaitCount(1).getFirst(), Settlement.RELEASED);
        Delivery again = client.received().awaitCount(2).getLast();
        assertThat(again.deliveryCount()).isZero();
        assertThat(again.redelivered()).isTrue();
    }

    @Test
    @Needs(Feature.DELAYED_REDELIVERY)
    void aFailedDeliveryComesAgainAfterItsDelayAndIsCounted() {
        TestClient client = durableManual("s", "a");
        publish("a", "1");
        client.settle(
                client.received().awaitCount(1).getFirst(), new Settlement.Modified(Duration.ofSeconds(60), "busy"));
        client.fence();
        assertThat(client.received().deliveries()).hasSize(1);
        advance(Duration.ofSeconds(61));
        assertThat(client.received().awaitCount(2).getLast().deliveryCount()).isEqualTo(1);
    }

    @Test
    @Needs({Feature.DELAYED_REDELIVERY, Feature.DEAD_LETTERS})
    void theFourthFailureIsTheLast() throws Exception {
        TestClient client =
                open(SessionOptions.durableSession("s"), SettleBehaviour.failTimes(10, Duration.ofSeconds(1)));
        client.subscribe("a");
        publish("a", "poison");
        advanceUntilCount(client, 4);
        awaitDeadLetters("poison");
        advance(Duration.ofMinutes(1));
        barrier();
        assertThat(client.received().deliveries()).hasSize(4);
    }

    @Test
    @Needs(Feature.DEAD_LETTERS)
    void aRejectedDeliveryIsDeadAtOnceAndStaysSo() throws Exception {
        TestClient client = durableManual("s", "a");
        publish("a", "bad");
        client.settle(client.received().awaitCount(1).getFirst(), new Settlement.Rejected("unreadable"));
        awaitDeadLetters("bad");
        restart();
        awaitDeadLetters("bad");
        TestClient again = open(SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT);
        again.fence();
        assertThat(deliveredTo(again)).isEmpty();
    }

    @Test
    void settlingWhatIsNotUnderWayIsIgnored() {
        TestClient client = durable("s", "a");
        client.onLane(session -> session.settle(77, Settlement.ACCEPTED));
        publish("a", "1");
        client.received().awaitPayloads("1");
    }

    @Test
    void anUnsettledDeliveryComesAgainWhenItsTimeIsOver() {
        TestClient client =
                open(SessionOptions.durableSession("s").withAckTimeout(Duration.ofSeconds(10)), SettleBehaviour.MANUAL);
        client.subscribe("a");
        publish("a", "1");
        client.received().awaitCount(1);
        advanceUntilCount(client, 2);
        assertThat(client.received().deliveries().getLast().deliveryCount()).isEqualTo(1);
    }
}
