package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A receiver is given no more than it can take, and holds up nobody else. */
@Needs(Feature.SUBSCRIBE)
public abstract class BackpressureContract extends Theme {
    private TestClient withCredit(int credit) {
        return open(SessionOptions.transientSession("s").withUnsettledMax(credit), SettleBehaviour.MANUAL);
    }

    @Test
    void noMoreThanTheCreditIsUnsettledAtOnce() {
        TestClient client = withCredit(3).subscribe("a");
        TestClient other = client("other", "a");
        publishMany("a", "m", 10);
        other.received().awaitCount(10);
        List<Delivery> first = client.received().awaitPayloads("m0", "m1", "m2");
        other.fence();
        client.flush();
        assertThat(deliveredTo(client)).hasSize(3);
        client.settle(first.get(1), Settlement.ACCEPTED);
        client.received().awaitPayloads("m0", "m1", "m2", "m3");
        other.fence();
        client.flush();
        assertThat(deliveredTo(client)).hasSize(4);
        client.settle(first.get(0), Settlement.ACCEPTED);
        client.settle(first.get(2), Settlement.ACCEPTED);
        client.received().awaitPayloads("m0", "m1", "m2", "m3", "m4", "m5");
        other.fence();
        client.flush();
        assertThat(deliveredTo(client)).hasSize(6);
    }

    @Test
    void atMostOnceDeliveriesNeedNoCredit() {
        TestClient client = withCredit(1);
        client.subscribe("a");
        client.subscribe(spec("b", Guarantee.AT_MOST_ONCE, 0));
        publish("a", "holds the credit");
        client.received().awaitCount(1);
        publishMany("b", "m", 3);
        client.received().awaitPayloads("holds the credit", "m0", "m1", "m2");
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void creditHoldsAcrossAReconnect() {
        SessionOptions options = SessionOptions.durableSession("s").withUnsettledMax(2);
        TestClient first = open(options, SettleBehaviour.MANUAL).subscribe("a");
        publishMany("a", "m", 6);
        first.received().awaitCount(2);
        first.drop();
        TestClient second = open(options, SettleBehaviour.MANUAL);
        List<Delivery> again = second.received().awaitPayloads("m0", "m1");
        barrier();
        second.flush();
        assertThat(deliveredTo(second)).hasSize(2);
        second.settle(again.getFirst(), Settlement.ACCEPTED);
        second.received().awaitPayloads("m0", "m1", "m2");
    }

    @Test
    void aConnectionThatCannotTakeMoreIsGivenNothing() {
        TestClient client = client("s", "a");
        TestClient other = client("other", "a");
        publish("a", "before");
        client.received().awaitPayloads("before");
        client.writable(false);
        barrier();
        publishMany("a", "m", 10);
        other.received().awaitCount(11);
        other.fence();
        client.flush();
        assertThat(deliveredTo(client)).containsExactly("before");
        client.writable(true);
        assertThat(client.received().awaitCount(11)).hasSize(11);
        assertThat(deliveredTo(client).subList(1, 11)).containsExactlyElementsOf(numbered("m", 10));
    }

    @Test
    void aLaneThatHangsHoldsUpNobodyElse() {
        TestClient hanging = client("hanging", "a");
        TestClient other = client("other", "a");
        CountDownLatch release = new CountDownLatch(1);
        hanging.lane().block(release);
        publishMany("a", "m", 100);
        other.received().awaitPayloads(numbered("m", 100));
        release.countDown();
        hanging.received().awaitPayloads(numbered("m", 100));
    }

    @Test
    void idsAreUsedAgainAndAgainWithoutAClash() {
        TestClient client = open(SessionOptions.transientSession("s").withUnsettledMax(4), SettleBehaviour.ACCEPT)
                .subscribe("a");
        publishMany("a", "m", 300);
        client.received().awaitPayloads(numbered("m", 300));
    }
}
