package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import org.junit.jupiter.api.Test;

/** The two handshakes of exactly once, in and out. */
@Needs({Feature.SUBSCRIBE, Feature.EXACTLY_ONCE, Feature.DURABLE_SESSIONS})
public abstract class ExactlyOnceContract extends Theme {

    private static final SessionOptions OUT = SessionOptions.durableSession("out");
    private static final SessionOptions IN = SessionOptions.durableSession("in");

    private static FilterSpec exactly(String filter) {
        return spec(filter, Guarantee.EXACTLY_ONCE, 0);
    }

    private static Message once(String payload) {
        return to("a").payload(payload).guarantee(Guarantee.EXACTLY_ONCE).build();
    }

    @Test
    void aTagIsTakenUntilItIsForgotten() {
        TestClient reader = client("reader").subscribe(exactly("a"));
        TestClient in = open(IN, SettleBehaviour.ACCEPT);
        assertThat(in.publish(once("1"), 7).outcome()).isEqualTo(Receipt.Outcome.ROUTED);
        assertThat(in.publish(once("1"), 7).outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        in.forget(7);
        in.forget(7);
        assertThat(in.publish(once("2"), 7).outcome()).isEqualTo(Receipt.Outcome.ROUTED);
        reader.received().awaitPayloads("1", "2");
    }

    @Test
    void tagsOutliveACrash() throws Exception {
        open(OUT, SettleBehaviour.ACCEPT).subscribe(exactly("a")).detach();
        TestClient in = open(IN, SettleBehaviour.ACCEPT);
        in.publish(once("1"), 7);
        in.publish(once("2"), 8);
        in.forget(8);
        crashAndOpen();
        TestClient back = open(IN, SettleBehaviour.ACCEPT);
        assertThat(back.publish(once("1"), 7).outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        assertThat(back.publish(once("3"), 8).outcome()).isEqualTo(Receipt.Outcome.ROUTED);
        TestClient out = open(OUT, SettleBehaviour.ACCEPT);
        out.received().awaitPayloads("1", "2", "3");
    }

    @Test
    void aDeliveryKeepsItsIdThroughACrashUntilItIsReceived() throws Exception {
        TestClient out = open(OUT, SettleBehaviour.MANUAL).subscribe(exactly("a"));
        publish(once("1"));
        Delivery first = out.received().awaitCount(1).getFirst();
        assertThat(first.guarantee()).isEqualTo(Guarantee.EXACTLY_ONCE);
        crashAndOpen();
        TestClient back = open(OUT, SettleBehaviour.MANUAL);
        Delivery again = back.received().awaitCount(1).getFirst();
        assertThat(again.deliveryId()).isEqualTo(first.deliveryId());
        assertThat(again.redelivered()).isTrue();
    }

    @Test
    void whatWasReceivedIsReleasedAgainAndNotDelivered() throws Exception {
        TestClient out = open(OUT, SettleBehaviour.MANUAL).subscribe(exactly("a"));
        publish(once("1"));
        int id = out.received().awaitCount(1).getFirst().deliveryId();
        out.onLane(session -> session.received(id));
        out.received().awaitReleased(id);
        crashAndOpen();
        TestClient back = open(OUT, SettleBehaviour.MANUAL);
        back.received().awaitReleased(id);
        back.settle(id, Settlement.ACCEPTED);
        restart();
        TestClient last = open(OUT, SettleBehaviour.ACCEPT);
        last.fence();
        assertThat(deliveredTo(back)).isEmpty();
        assertThat(deliveredTo(last)).isEmpty();
        assertThat(last.received().released()).isEmpty();
    }
}
