package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Session;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber.DetachReason;
import org.junit.jupiter.api.Test;

/** One name, one connection: the newer wins. */
@Needs(Feature.SUBSCRIBE)
public abstract class TakeoverContract extends Theme {
    @Test
    void whoeverHadTheSessionIsDetached() {
        TestClient first = client("s", "a");
        TestClient second = client("s", "b");
        first.received().awaitDetached(DetachReason.TAKEN_OVER);
        publish("a", "1");
        publish("b", "2");
        second.received().awaitPayloads("2");
        second.fence();
        first.flush();
        assertThat(deliveredTo(first)).isEmpty();
        assertThat(second.received().detachReason()).isNull();
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void aDurableSessionGoesOnWithTheNewOwner() {
        TestClient first = durableManual("s", "a");
        publish("a", "1");
        Delivery before = first.received().awaitPayloads("1").getFirst();
        TestClient second = durableManual("s");
        first.received().awaitDetached(DetachReason.TAKEN_OVER);
        assertThat(second.session().resumed()).isTrue();
        publish("a", "2");
        Delivery again = second.received().awaitPayloads("1", "2").getFirst();
        assertThat(again.deliveryId()).isEqualTo(before.deliveryId());
        assertThat(again.redelivered()).isTrue();
        assertThat(deliveredTo(first)).containsExactly("1");
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void theOldOwnersGoodbyeDoesNotEndTheNewOnesSession() {
        TestClient first = durable("s", "a");
        TestClient second = durable("s");
        first.received().awaitDetached(DetachReason.TAKEN_OVER);
        first.detach();
        barrier();
        publish("a", "x");
        second.received().awaitPayloads("x");
        assertThat(second.received().detachReason()).isNull();
    }

    @Test
    void anotherNameIsAnotherSession() {
        TestClient first = client("s", "a");
        TestClient second = client("S", "a");
        publish("a", "x");
        first.received().awaitPayloads("x");
        second.received().awaitPayloads("x");
    }

    @Test
    void aDetachedSessionHearsNothingMore() {
        TestClient client = manual("s", "a");
        TestClient other = client("other", "a");
        client.detach();
        barrier();
        publish("a", "x");
        other.received().awaitPayloads("x");
        client.flush();
        assertThat(deliveredTo(client)).isEmpty();
        Session session = client.session();
        client.onLane(s -> {
            session.settle(1, Settlement.ACCEPTED);
            session.extend(1);
            session.writable(true);
        });
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void manyTakeoversInARowLoseNothingAndRepeatOnlyWhatWasUnsettled() {
        durableManual("s", "a");
        for (int i = 0; i < 20; i++) {
            publish("a", "m" + i);
            assertThat(durableManual("s").session().resumed()).isTrue();
        }
        TestClient end = durable("s");
        end.received().awaitPayloads(numbered("m", 20));
        end.fence();
        assertThat(deliveredTo(end)).hasSize(20);
    }
}
