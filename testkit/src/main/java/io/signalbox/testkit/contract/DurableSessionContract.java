package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.Deliveries;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A named session outlives its connection, the transport's closing, and its crash. */
@Needs({Feature.SUBSCRIBE, Feature.DURABLE_SESSIONS})
public abstract class DurableSessionContract extends Theme {

    private static final SessionOptions DURABLE = SessionOptions.durableSession("s");

    @Test
    void whatCameWhileAwayIsDeliveredInOrderOnReturn() {
        TestClient client = durable("s", "a/#");
        client.detach();
        publishMany("a/x", "m", 20);
        TestClient back = open(DURABLE, SettleBehaviour.ACCEPT);
        assertThat(back.session().resumed()).isTrue();
        assertThat(Deliveries.payloads(back.received().awaitCount(20))).isEqualTo(numbered("m", 20));
    }

    @Test
    void queueAndSubscriptionsOutliveARestart() throws Exception {
        durable("s", "a/#").detach();
        publish("a/x", "before");
        restart();
        publish("a/y", "after");
        open(DURABLE, SettleBehaviour.ACCEPT).received().awaitPayloads("before", "after");
    }

    @Test
    void queueAndSubscriptionsOutliveACrash() throws Exception {
        durable("s", "a/#").detach();
        publish("a/x", "before");
        crashAndOpen();
        publish("a/y", "after");
        open(DURABLE, SettleBehaviour.ACCEPT).received().awaitPayloads("before", "after");
    }

    @Test
    void whatWasUnderWayComesAgainUnderItsId() {
        TestClient client = durableManual("s", "a");
        publishMany("a", "m", 3);
        var first = client.received().awaitCount(3);
        client.drop();
        TestClient back = open(DURABLE, SettleBehaviour.MANUAL);
        var again = back.received().awaitCount(3);
        assertThat(ids(again)).isEqualTo(ids(first));
        assertThat(again).allMatch(Delivery::redelivered);
        assertThat(Deliveries.payloads(again)).containsExactly("m0", "m1", "m2");
    }

    @Test
    void aSecondConnectionTakesOver() {
        TestClient first = durable("s", "a");
        TestClient second = open(DURABLE, SettleBehaviour.ACCEPT);
        first.received().awaitDetached(DetachReason.TAKEN_OVER);
        publish("a", "1");
        second.received().awaitPayloads("1");
        assertThat(deliveredTo(first)).isEmpty();
    }

    @Test
    void aCleanStartForgetsEverything() {
        TestClient client = durable("s", "a");
        client.detach();
        publish("a", "old");
        TestClient fresh = open(DURABLE.withCleanStart(true), SettleBehaviour.ACCEPT);
        assertThat(fresh.session().resumed()).isFalse();
        publish("a", "new");
        fresh.fence();
        assertThat(deliveredTo(fresh)).isEmpty();
    }

    @Test
    void aSessionExpiresAfterItsTimeAndNotBefore() {
        SessionOptions hour = DURABLE.withExpiry(Duration.ofHours(1));
        open(hour, SettleBehaviour.ACCEPT).subscribe("a").detach();
        advance(Duration.ofMinutes(59));
        barrier();
        TestClient back = open(hour, SettleBehaviour.ACCEPT);
        assertThat(back.session().resumed()).isTrue();
        back.detach();
        advance(Duration.ofMinutes(61));
        eventually(() -> publish("a", "anybody there?").outcome() == Receipt.Outcome.NO_SUBSCRIBERS);
        assertThat(open(hour, SettleBehaviour.ACCEPT).session().resumed()).isFalse();
    }

    @Test
    void aRemovedSessionIsGone() {
        TestClient client = durable("s", "a");
        await(client.session().remove());
        publish("a", "1");
        TestClient back = open(DURABLE, SettleBehaviour.ACCEPT);
        assertThat(back.session().resumed()).isFalse();
        back.fence();
        assertThat(deliveredTo(back)).isEmpty();
    }

    @Test
    void unsubscribingOutlivesARestart() throws Exception {
        TestClient client = durable("s", "a", "b");
        assertThat(client.unsubscribe("a")).isTrue();
        assertThat(client.unsubscribe("a")).isFalse();
        restart();
        publish("a", "1");
        publish("b", "2");
        open(DURABLE, SettleBehaviour.ACCEPT).received().awaitPayloads("2");
    }
}
