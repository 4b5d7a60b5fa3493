package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.testkit.Deliveries;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.StartPosition;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several sessions share the work of one subscription. */
@Needs({Feature.SUBSCRIBE, Feature.SHARE_GROUPS})
public abstract class ShareGroupContract extends Theme {
    private static FilterSpec shared(String filter, String group) {
        return spec(filter).withShareGroup(group);
    }

    @Test
    void eachMessageGoesToExactlyOneMember() {
        List<TestClient> members = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            members.add(client("member" + i).subscribe(shared("a", "g")));
        }
        TestClient outside = client("outside", "a");
        publishMany("a", "m", 60);
        outside.received().awaitPayloads(numbered("m", 60));
        assertThat(allOf(members, 60)).containsExactlyInAnyOrderElementsOf(numbered("m", 60));
    }

    @Test
    void nobodyStarvesWhileMembersAreAlikeAndIdle() {
        List<TestClient> members = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            members.add(client("member" + i).subscribe(shared("a", "g")));
        }
        publishMany("a", "m", 90);
        allOf(members, 90);
        assertThat(members).allMatch(m -> !m.received().deliveries().isEmpty());
    }

    @Test
    void everyGroupGetsEachMessage() {
        TestClient one = client("one").subscribe(shared("a", "g1"));
        TestClient two = client("two").subscribe(shared("a", "g2"));
        publishMany("a", "m", 10);
        one.received().awaitPayloads(numbered("m", 10));
        two.received().awaitPayloads(numbered("m", 10));
    }

    @Test
    void whatALeavingMemberDidNotSettleGoesToTheOthers() {
        TestClient leaving = manual("leaving").subscribe(shared("a", "g"));
        publishMany("a", "m", 10);
        List<Delivery> held = leaving.received().awaitCount(10);
        leaving.settle(held.get(0), Settlement.ACCEPTED);
        TestClient staying = client("staying").subscribe(shared("a", "g"));
        leaving.detach();
        List<String> expected = numbered("m", 10).subList(1, 10);
        staying.received().awaitPayloads(expected);
        staying.fence();
        assertThat(deliveredTo(staying)).hasSize(9);
    }

    @Test
    @Needs({Feature.DURABLE_SESSIONS, Feature.EXACTLY_ONCE})
    void anExactlyOnceDeliveryThatHasBegunWaitsForItsMember() {
        TestClient leaving = durableManual("leaving").subscribe(sharedExactlyOnce());
        publishExactlyOnce();
        Delivery begun = leaving.received().awaitPayloads("x").getFirst();
        TestClient staying = client("staying").subscribe(sharedExactlyOnce());
        leaving.drop();
        staying.fence();
        assertThat(deliveredTo(staying)).isEmpty();
        Delivery again = durable("leaving").received().awaitPayloads("x").getFirst();
        assertThat(again.deliveryId()).isEqualTo(begun.deliveryId());
        assertThat(again.redelivered()).isTrue();
    }

    @Test
    @Needs(Feature.EXACTLY_ONCE)
    void anExactlyOnceDeliveryThatHasBegunEndsWithTheSessionOfItsMember() {
        TestClient leaving = manual("leaving").subscribe(sharedExactlyOnce());
        publishExactlyOnce();
        leaving.received().awaitPayloads("x");
        TestClient staying = client("staying").subscribe(sharedExactlyOnce());
        leaving.detach();
        barrier();
        staying.fence();
        assertThat(deliveredTo(staying)).isEmpty();
    }

    private static FilterSpec sharedExactlyOnce() {
        return spec("a", Guarantee.EXACTLY_ONCE, 0).withShareGroup("g");
    }

    private void publishExactlyOnce() {
        publish(to("a").payload("x").guarantee(Guarantee.EXACTLY_ONCE).build());
    }

    @Test
    void whatWaitsForALeavingMemberWithoutCreditGoesToTheOthers() {
        TestClient leaving = open(
                        SessionOptions.transientSession("leaving").withUnsettledMax(2), SettleBehaviour.MANUAL)
                .subscribe(shared("a", "g"));
        publishMany("a", "m", 6);
        leaving.received().awaitCount(2);
        TestClient staying = client("staying").subscribe(shared("a", "g"));
        leaving.drop();
        assertThat(Deliveries.payloads(staying.received().awaitCount(6)))
                .containsExactlyInAnyOrderElementsOf(numbered("m", 6));
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void aMemberThatIsAwayGetsNothingWhileAnotherIsHere() {
        durable("away").subscribe(shared("a", "g")).detach();
        TestClient here = client("here").subscribe(shared("a", "g"));
        barrier();
        publishMany("a", "m", 6);
        here.received().awaitPayloads(numbered("m", 6));
    }

    @Test
    void unsubscribingLeavesTheGroup() {
        TestClient one = client("one").subscribe(shared("a", "g"));
        TestClient two = client("two").subscribe(shared("a", "g"));
        List<Boolean> was = await(one.session()
                .unsubscribe(List.of(
                        new io.signalbox.transport.Session.Target(TopicFilter.ofMqtt("a"), "g"),
                        new io.signalbox.transport.Session.Target(TopicFilter.ofMqtt("a"), null))));
        assertThat(was).containsExactly(true, false);
        publishMany("a", "m", 10);
        two.received().awaitPayloads(numbered("m", 10));
    }

    @Test
    void aSharedAndAnOrdinarySubscriptionOfOneSessionAreTwo() {
        TestClient client = client("s", "a").subscribe(shared("a", "g"));
        publish("a", "x");
        client.received().awaitPayloads("x", "x");
        client.unsubscribe("a");
        publish("a", "y");
        client.received().awaitPayloads("x", "x", "y");
    }

    @Test
    @Needs(Feature.RETAINED)
    void aSharedSubscriptionGetsNoRetainedMessages() {
        publish(to("a").payload("kept").retain(true).build());
        TestClient client = client("s").subscribe(shared("a", "g"));
        client.fence();
        assertThat(deliveredTo(client)).isEmpty();
    }

    @Test
    void noLocalIsRefusedForASharedSubscription() {
        TestClient client = client("s");
        FilterSpec noLocal = new FilterSpec(
                TopicFilter.ofMqtt("a"),
                "g",
                Guarantee.AT_LEAST_ONCE,
                0,
                true,
                false,
                FilterSpec.RetainedDelivery.SEND,
                StartPosition.NEW,
                0);
        assertThat(client.trySubscribe(noLocal))
                .as("the refusal (MQTT 5, 3.8.3.1)")
                .isNotNull();
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void membershipSurvivesARestart() throws Exception {
        TestClient one = durable("one").subscribe(shared("a", "g"));
        TestClient two = durable("two").subscribe(shared("a", "g"));
        one.detach();
        two.detach();
        restart();
        TestClient backOne = durable("one");
        TestClient backTwo = durable("two");
        publishMany("a", "m", 20);
        assertThat(allOf(List.of(backOne, backTwo), 20)).containsExactlyInAnyOrderElementsOf(numbered("m", 20));
    }

    private List<String> allOf(List<TestClient> members, int count) {
        eventually(() ->
                members.stream().mapToInt(m -> m.received().deliveries().size()).sum() >= count);
        members.forEach(TestClient::fence);
        return members.stream().flatMap(m -> deliveredTo(m).stream()).toList();
    }
}
