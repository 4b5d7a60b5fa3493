package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Publishes with tags, and deliveries in two steps (MQTT 5, 4.3.3). */
@Needs({Feature.SUBSCRIBE, Feature.EXACTLY_ONCE})
public abstract class ExactlyOnceContract extends Theme {
    private static Message once(String payload) {
        return to("a").payload(payload).guarantee(Guarantee.EXACTLY_ONCE).build();
    }

    private TestClient receiver(SettleBehaviour behaviour) {
        return open(SessionOptions.durableSession("receiver"), behaviour)
                .subscribe(spec("a", Guarantee.EXACTLY_ONCE, 0));
    }

    @Test
    void aTagIsADuplicateUntilItIsForgotten() {
        TestClient receiver = client("receiver").subscribe(spec("a", Guarantee.EXACTLY_ONCE, 0));
        TestClient publisher = client("publisher");
        assertThat(publisher.publish(once("1"), 7).outcome()).isEqualTo(Receipt.Outcome.ROUTED);
        assertThat(publisher.publish(once("1 again"), 7).outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        assertThat(publisher.publish(once("2"), 8).outcome()).isEqualTo(Receipt.Outcome.ROUTED);
        publisher.forget(7);
        assertThat(publisher.publish(once("3"), 7).outcome()).isEqualTo(Receipt.Outcome.ROUTED);
        receiver.received().awaitPayloads("1", "2", "3");
        receiver.fence();
        assertThat(deliveredTo(receiver)).hasSize(3);
    }

    @Test
    void tagsOfTwoSessionsAreStrangers() {
        TestClient one = client("one");
        TestClient two = client("two");
        client("receiver").subscribe(spec("a", Guarantee.EXACTLY_ONCE, 0));
        assertThat(one.publish(once("1"), 7).outcome()).isEqualTo(Receipt.Outcome.ROUTED);
        assertThat(two.publish(once("2"), 7).outcome()).isEqualTo(Receipt.Outcome.ROUTED);
    }

    @Test
    void withoutATagNothingIsADuplicate() {
        TestClient receiver = client("receiver").subscribe(spec("a", Guarantee.EXACTLY_ONCE, 0));
        TestClient publisher = client("publisher");
        publisher.publish(once("x"), 0);
        publisher.publish(once("x"), 0);
        receiver.received().awaitPayloads("x", "x");
    }

    @Test
    void forgettingAFreeTagIsAnswered() {
        TestClient publisher = client("publisher");
        publisher.forget(9);
        assertThat(publisher.publish(once("x"), 9).outcome()).isEqualTo(Receipt.Outcome.NO_SUBSCRIBERS);
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void tagsAreKnownAfterALostConnection() {
        TestClient receiver = receiver(SettleBehaviour.ACCEPT);
        TestClient first = durable("publisher");
        first.publish(once("1"), 7);
        first.drop();
        TestClient second = durable("publisher");
        assertThat(second.publish(once("1 again"), 7).outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        receiver.fence();
        assertThat(deliveredTo(receiver)).containsExactly("1");
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void tagsAreKnownAfterARestartAndForgottenOnesAreFree() throws Exception {
        receiver(SettleBehaviour.ACCEPT).detach();
        TestClient first = durable("publisher");
        first.publish(once("1"), 7);
        first.publish(once("2"), 8);
        first.forget(8);
        restart();
        assertTagsSevenTakenEightFree();
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void tagsAreKnownAfterACrashAndForgottenOnesAreFree() throws Exception {
        receiver(SettleBehaviour.ACCEPT).detach();
        TestClient first = durable("publisher");
        first.publish(once("1"), 7);
        first.publish(once("2"), 8);
        first.forget(8);
        crashAndOpen();
        assertTagsSevenTakenEightFree();
    }

    private void assertTagsSevenTakenEightFree() {
        TestClient second = durable("publisher");
        assertThat(second.publish(once("1 again"), 7).outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        assertThat(second.publish(once("3"), 8).outcome()).isEqualTo(Receipt.Outcome.ROUTED);
        TestClient receiver = durable("receiver");
        receiver.received().awaitPayloads("1", "2", "3");
        receiver.fence();
        assertThat(deliveredTo(receiver)).hasSize(3);
    }

    @Test
    void aReceiptIsReleasedThenAccepted() {
        TestClient receiver = manual("receiver").subscribe(spec("a", Guarantee.EXACTLY_ONCE, 0));
        publish(once("x"));
        Delivery delivery = receiver.received().awaitPayloads("x").getFirst();
        assertThat(delivery.guarantee()).isEqualTo(Guarantee.EXACTLY_ONCE);
        assertThat(receiver.received().released()).isEmpty();
        receiver.onLane(session -> session.received(delivery.deliveryId()));
        receiver.received().awaitReleased(delivery.deliveryId());
        receiver.settle(delivery, Settlement.ACCEPTED);
        receiver.fence();
        assertThat(deliveredTo(receiver)).containsExactly("x");
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void whatWasReceivedIsReleasedAgainAndNotDeliveredAgainAfterALostConnection() {
        Delivery delivery = receiveOne();
        TestClient second = durableManual("receiver");
        assertReleasedAlone(second, delivery);
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void whatWasReceivedIsReleasedAgainAndNotDeliveredAgainAfterARestart() throws Exception {
        Delivery delivery = receiveOne();
        restart();
        assertReleasedAlone(durableManual("receiver"), delivery);
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void whatWasReceivedIsReleasedAgainAndNotDeliveredAgainAfterACrash() throws Exception {
        Delivery delivery = receiveOne();
        crashAndOpen();
        assertReleasedAlone(durableManual("receiver"), delivery);
    }

    /** Receives and hears the release, but the connection is lost before the end of the exchange. */
    private Delivery receiveOne() {
        TestClient first = receiver(SettleBehaviour.MANUAL);
        publish(once("x"));
        Delivery delivery = first.received().awaitPayloads("x").getFirst();
        first.onLane(session -> session.received(delivery.deliveryId()));
        first.received().awaitReleased(delivery.deliveryId());
        first.drop();
        return delivery;
    }

    private void assertReleasedAlone(TestClient second, Delivery delivery) {
        second.received().awaitReleased(delivery.deliveryId());
        second.settle(delivery.deliveryId(), Settlement.ACCEPTED);
        second.fence();
        assertThat(deliveredTo(second)).isEmpty();
        second.drop();
        TestClient third = durableManual("receiver");
        third.fence();
        assertThat(third.received().released()).isEmpty();
        assertThat(deliveredTo(third)).isEmpty();
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void whatWasNotReceivedIsDeliveredAgainWithItsId() {
        TestClient first = receiver(SettleBehaviour.MANUAL);
        publish(once("x"));
        Delivery before = first.received().awaitPayloads("x").getFirst();
        first.drop();
        Delivery again = durable("receiver").received().awaitPayloads("x").getFirst();
        assertThat(again.deliveryId()).isEqualTo(before.deliveryId());
        assertThat(again.redelivered()).isTrue();
        assertThat(again.guarantee()).isEqualTo(Guarantee.EXACTLY_ONCE);
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void whatWasNotReceivedIsDeliveredAgainWithItsIdAfterARestart() throws Exception {
        List<Delivery> before = holdTheLastTwoOfFour();
        restart();
        assertSameAgain(before);
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void whatWasNotReceivedIsDeliveredAgainWithItsIdAfterACrash() throws Exception {
        List<Delivery> before = holdTheLastTwoOfFour();
        crashAndOpen();
        assertSameAgain(before);
    }

    /** The first two are done, so that counting anew would give the others wrong ids. */
    private List<Delivery> holdTheLastTwoOfFour() {
        TestClient first = receiver(SettleBehaviour.MANUAL);
        for (int i = 0; i < 4; i++) {
            publish(once("m" + i));
        }
        List<Delivery> all = first.received().awaitPayloads(numbered("m", 4));
        for (Delivery done : all.subList(0, 2)) {
            first.onLane(session -> session.received(done.deliveryId()));
            first.received().awaitReleased(done.deliveryId());
        }
        return all.subList(2, 4);
    }

    private void assertSameAgain(List<Delivery> before) {
        List<Delivery> again = durableManual("receiver").received().awaitPayloads("m2", "m3");
        assertThat(ids(again)).isEqualTo(ids(before));
        assertThat(again).allMatch(Delivery::redelivered);
    }

    @Test
    void theWholeExchangeMayRunManyTimes() {
        TestClient receiver = client("receiver").subscribe(spec("a", Guarantee.EXACTLY_ONCE, 0));
        TestClient publisher = client("publisher");
        for (int i = 0; i < 200; i++) {
            int tag = 1 + i % 10;
            publisher.publish(once("m" + i), tag);
            assertThat(publisher.publish(once("twice"), tag).outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
            publisher.forget(tag);
        }
        receiver.received().awaitPayloads(numbered("m", 200));
    }
}
