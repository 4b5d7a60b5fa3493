package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Session.Target;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Sessions that outlive their connections, and the process. */
@Needs({Feature.SUBSCRIBE, Feature.DURABLE_SESSIONS})
public abstract class DurableSessionContract extends Theme {
    @Test
    void messagesWaitInOrderForASessionThatIsAway() {
        TestClient first = durable("s", "a/b", "c");
        assertThat(first.session().resumed()).isFalse();
        assertThat(first.session().name()).isEqualTo("s");
        first.detach();
        assertThat(publish("a/b", "1").outcome()).isEqualTo(Receipt.Outcome.ROUTED);
        publish("c", "2");
        publish("d", "nobody's");
        publish("a/b", "3");
        TestClient second = durable("s");
        assertThat(second.session().resumed()).isTrue();
        second.received().awaitPayloads("1", "2", "3");
        publish("a/b", "4");
        second.received().awaitPayloads("1", "2", "3", "4");
    }

    @Test
    void whatWaitedIsNotCalledRedelivered() {
        durable("s", "a").detach();
        publish("a", "x");
        Delivery delivery = durable("s").received().awaitPayloads("x").getFirst();
        assertThat(delivery.redelivered()).isFalse();
        assertThat(delivery.deliveryCount()).isZero();
    }

    @Test
    void unsettledDeliveriesComeAgainWithTheirIdsAfterALostConnection() {
        TestClient first = durableManual("s", "a");
        publishMany("a", "m", 5);
        List<Delivery> before = first.received().awaitCount(5);
        first.settle(before.get(1), Settlement.ACCEPTED);
        first.settle(before.get(3), Settlement.ACCEPTED);
        first.drop();
        List<Delivery> again = assertSettledAndUnsettled(durableManual("s"));
        assertThat(ids(again)).containsExactlyElementsOf(ids(List.of(before.get(0), before.get(2), before.get(4))));
    }

    @Test
    void unsettledDeliveriesComeAgainAfterARestart() throws Exception {
        TestClient first = durableManual("s", "a");
        publishMany("a", "m", 5);
        List<Delivery> before = first.received().awaitCount(5);
        first.settle(before.get(1), Settlement.ACCEPTED);
        first.settle(before.get(3), Settlement.ACCEPTED);
        first.fence();
        restart();
        first.received().awaitDetached(DetachReason.SHUTTING_DOWN);
        assertSettledAndUnsettled(durableManual("s"));
    }

    private static List<Delivery> assertSettledAndUnsettled(TestClient second) {
        List<Delivery> again = second.received().awaitPayloads("m0", "m2", "m4");
        assertThat(again).allMatch(Delivery::redelivered).allMatch(d -> d.deliveryCount() == 0);
        return again;
    }

    @Test
    void subscriptionsAndQueuesSurviveARestart() throws Exception {
        durable("s", "a").detach();
        publishMany("a", "m", 10);
        restart();
        publish("a", "later");
        TestClient second = durable("s");
        assertThat(second.session().resumed()).isTrue();
        List<Delivery> all = second.received().awaitCount(11);
        assertThat(all)
                .extracting(Delivery::payload)
                .containsExactly("m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9", "later");
        publish("a", "live");
        assertThat(second.received().awaitCount(12).getLast().payload()).isEqualTo("live");
    }

    /** One that cannot says so, and so does its fixture. */
    @Test
    void aSessionTellsWhatItIsSubscribedToByWhicheverConnection() throws Exception {
        TestClient first = durable("s", "a", "b/#");
        first.unsubscribe("a");
        restart();
        TestClient second = durable("s", "c");
        Optional<List<Target>> told = await(second.session().subscriptions());
        assertThat(told.isPresent()).isEqualTo(fixture.tellsSubscriptions());
        if (told.isPresent()) {
            assertThat(told.get()).extracting(target -> target.filter().text()).containsExactlyInAnyOrder("b/#", "c");
        }
    }

    @Test
    void aSubscriptionThatWasEndedStaysEndedAfterARestart() throws Exception {
        TestClient first = durable("s", "a", "b");
        first.unsubscribe("a");
        restart();
        publish("a", "1");
        publish("b", "2");
        durable("s").received().awaitPayloads("2");
    }

    @Test
    void whatWasAcknowledgedSurvivesACrash() throws Exception {
        durable("s", "a").drop();
        publishMany("a", "m", 20);
        crashAndOpen();
        TestClient second = durable("s");
        assertThat(second.session().resumed()).isTrue();
        second.received().awaitPayloads(numbered("m", 20));
        second.fence();
        assertThat(second.received().deliveries()).hasSize(20);
    }

    @Test
    void unsettledDeliveriesComeAgainAfterACrash() throws Exception {
        TestClient first = durableManual("s", "a");
        publishMany("a", "m", 5);
        first.received().awaitCount(5);
        crashAndOpen();
        List<Delivery> again = durableManual("s").received().awaitPayloads(numbered("m", 5));
        assertThat(again).allMatch(Delivery::redelivered);
    }

    @Test
    void everyPropertyOfAMessageSurvivesARestart() throws Exception {
        durable("s", "a").detach();
        Message message = fullyDressed();
        publish(message);
        restart();
        Message after = durable("s").received().awaitCount(1).getFirst().message();
        assertThat(after.topic()).isEqualTo(message.topic());
        assertThat(after.payload()).containsExactly(message.payload());
        assertThat(after.guarantee()).isEqualTo(message.guarantee());
        assertThat(after.timestampMillis()).isEqualTo(message.timestampMillis());
        assertThat(after.priority()).isEqualTo(message.priority());
        assertThat(after.properties()).isEqualTo(message.properties());
    }

    private Message fullyDressed() {
        MessageProperties.Builder properties = MessageProperties.builder()
                .id("id-1")
                .kind(MessageKind.COMMAND)
                .from("me")
                .to("you")
                .causationId("cause-1")
                .traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .schema("io.example.Order", "1.2")
                .contentType("application/json")
                .contentEncoding("gzip")
                .utf8Payload(true)
                .header("twice", "1")
                .header("twice", "ü😀")
                .header("", "");
        if (has(Feature.ORDERED)) {
            properties.orderingKey("k");
        }
        if (has(Feature.DEDUPLICATION)) {
            properties.idempotencyKey("once");
        }
        if (has(Feature.REQUEST_REPLY)) {
            properties.replyTo("re/ply").correlation(new byte[] {0, 1, (byte) 0xff});
        }
        Message.Builder message = to("a").payload(new byte[] {'{', '}', 0, (byte) 0xc3})
                .timestampMillis(1_767_225_600_123L)
                .properties(properties.build());
        if (has(Feature.PRIORITY)) {
            message.priority(7);
        }
        return message.build();
    }

    @Test
    void aCleanStartForgetsWhatWasThere() {
        TestClient first = durableManual("s", "a");
        publish("a", "unsettled");
        first.received().awaitPayloads("unsettled");
        first.drop();
        publish("a", "queued");
        TestClient second = open(SessionOptions.durableSession("s").withCleanStart(true), SettleBehaviour.ACCEPT);
        assertThat(second.session().resumed()).isFalse();
        assertThat(publish("a", "later").outcome()).isEqualTo(Receipt.Outcome.NO_SUBSCRIBERS);
        second.fence();
        assertThat(deliveredTo(second)).isEmpty();
    }

    @Test
    void aRemovedSessionIsForgotten() throws Exception {
        TestClient first = durable("s", "a");
        await(first.session().remove());
        assertThat(publish("a", "x").outcome()).isEqualTo(Receipt.Outcome.NO_SUBSCRIBERS);
        restart();
        TestClient second = durable("s");
        assertThat(second.session().resumed()).isFalse();
        second.fence();
        assertThat(deliveredTo(second)).isEmpty();
    }

    @Test
    void aTransientSessionEndsWithItsConnection() {
        client("s", "a").detach();
        barrier();
        assertThat(publish("a", "x").outcome()).isEqualTo(Receipt.Outcome.NO_SUBSCRIBERS);
        TestClient second = open(SessionOptions.transientSession("s").withCleanStart(false), SettleBehaviour.ACCEPT);
        assertThat(second.session().resumed()).isFalse();
    }

    @Test
    void aSessionExpiresOnlyWhenItsTimeIsUp() {
        SessionOptions hour = SessionOptions.durableSession("s").withExpiry(Duration.ofHours(1));
        open(hour, SettleBehaviour.ACCEPT).subscribe("a").detach();
        barrier();
        advance(Duration.ofMinutes(55));
        publish("a", "x");
        TestClient second = open(hour, SettleBehaviour.ACCEPT);
        assertThat(second.session().resumed()).isTrue();
        second.received().awaitPayloads("x");
        second.detach();
        barrier();
        advance(Duration.ofMinutes(61));
        awaitNoSubscribers("a");
        assertThat(open(hour, SettleBehaviour.ACCEPT).session().resumed()).isFalse();
    }

    /** The transport has noticed that the only session there was is gone. */
    private void awaitNoSubscribers(String topic) {
        eventually(() -> publish(topic, "anybody?").outcome() == Receipt.Outcome.NO_SUBSCRIBERS);
    }

    @Test
    void theExpiryOfAnOpenSessionCanBeChanged() {
        TestClient first = durable("s", "a");
        first.onLane(session -> session.expiry(Duration.ofMinutes(1)));
        first.detach();
        barrier();
        advance(Duration.ofMinutes(2));
        awaitNoSubscribers("a");
        assertThat(durable("s").session().resumed()).isFalse();
    }

    @Test
    void anAttachedSessionDoesNotExpire() {
        TestClient client = open(
                        SessionOptions.durableSession("s").withExpiry(Duration.ofMinutes(1)), SettleBehaviour.ACCEPT)
                .subscribe("a");
        advance(Duration.ofHours(5));
        publish("a", "x");
        client.received().awaitPayloads("x");
    }

    @Test
    void nothingIsLostWhileItIsUnknownWhetherTheClientWillReturn() {
        durable("s", "a").drop();
        barrier();
        publish("a", "1");
        advance(Duration.ofSeconds(20));
        publish("a", "2");
        advance(Duration.ofMinutes(5));
        publish("a", "3");
        durable("s").received().awaitPayloads("1", "2", "3");
    }

    @Test
    void bothGuaranteesBeyondAtMostOnceAreKeptForASessionThatIsAway() {
        TestClient first = durable("s");
        Guarantee highest = has(Feature.EXACTLY_ONCE) ? Guarantee.EXACTLY_ONCE : Guarantee.AT_LEAST_ONCE;
        first.subscribe(spec("a", highest, 3));
        first.detach();
        publish(to("a").payload("x").guarantee(highest).build());
        publish("a", "y");
        assertThat(durable("s").received().awaitCount(2))
                .extracting(d -> d.payload() + " " + d.guarantee() + " "
                        + Arrays.toString(d.match().subscriptionIds()))
                .containsExactlyInAnyOrder("x " + highest + " [3]", "y AT_LEAST_ONCE [3]");
    }
}
