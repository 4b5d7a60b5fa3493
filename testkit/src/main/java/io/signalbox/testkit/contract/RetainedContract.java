package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.FilterSpec.RetainedDelivery;
import io.signalbox.transport.StartPosition;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The last message of a topic, kept for later subscribers. */
@Needs({Feature.SUBSCRIBE, Feature.RETAINED})
public abstract class RetainedContract extends Theme {
    private void retain(String topic, String payload) {
        publish(to(topic).payload(payload).retain(true).build());
    }

    private static FilterSpec handling(String filter, RetainedDelivery handling) {
        return new FilterSpec(
                TopicFilter.ofCanonical(filter),
                null,
                Guarantee.AT_LEAST_ONCE,
                4,
                false,
                true,
                handling,
                StartPosition.NEW,
                0);
    }

    @Test
    void aLaterSubscriberGetsTheNewestRetainedMessage() {
        retain("a", "old");
        retain("a", "new");
        publish("a", "not retained");
        TestClient client = client("s").subscribe(handling("a", RetainedDelivery.SEND));
        Delivery delivery = client.received().awaitPayloads("new").getFirst();
        assertThat(delivery.fromRetained()).isTrue();
        assertThat(delivery.message().retain()).isTrue();
        assertThat(delivery.match().subscriptionIds()).containsExactly(4);
        assertThat(delivery.match().retainAsPublished()).isTrue();
        client.fence();
        assertThat(deliveredTo(client)).containsExactly("new");
    }

    @Test
    void aPresentSubscriberGetsItAsAnyOther() {
        TestClient client = client("s", "a");
        retain("a", "x");
        assertThat(client.received().awaitPayloads("x").getFirst().fromRetained())
                .isFalse();
    }

    @Test
    void anEmptyPayloadClears() {
        TestClient present = client("present", "a");
        retain("a", "x");
        retain("a", "");
        present.received().awaitPayloads("x", "");
        TestClient later = client("later", "a");
        later.fence();
        assertThat(deliveredTo(later)).isEmpty();
    }

    @Test
    @Needs(Feature.WILDCARDS)
    void aWildcardSubscriberGetsThatOfEachMatchingTopic() {
        retain("a/1", "one");
        retain("a/2", "two");
        retain("b", "other");
        retain("$tck/a", "hidden");
        TestClient client = client("s", "a/#");
        client.received().awaitCount(2);
        client.fence();
        assertThat(deliveredTo(client)).containsExactlyInAnyOrder("one", "two");
        TestClient all = client("all", "#");
        all.received().awaitCount(3);
        all.fence();
        assertThat(deliveredTo(all)).containsExactlyInAnyOrder("one", "two", "other");
    }

    @Test
    void subscribingAgainSendsThemAgain() {
        retain("a", "x");
        TestClient client = client("s", "a");
        client.received().awaitPayloads("x");
        client.subscribe("a");
        client.received().awaitPayloads("x", "x");
    }

    @Test
    void ifNewSendsThemToANewSubscriptionAlone() {
        retain("a", "x");
        TestClient client = client("s").subscribe(handling("a", RetainedDelivery.SEND_IF_NEW));
        client.received().awaitPayloads("x");
        client.subscribe(handling("a", RetainedDelivery.SEND_IF_NEW));
        client.fence();
        assertThat(deliveredTo(client)).containsExactly("x");
    }

    @Test
    void noneSendsNone() {
        retain("a", "x");
        TestClient client = client("s").subscribe(handling("a", RetainedDelivery.NONE));
        client.fence();
        assertThat(deliveredTo(client)).isEmpty();
        retain("a", "live");
        client.received().awaitPayloads("live");
    }

    @Test
    void theGuaranteeIsTheLowerOfPublishedAndGranted() {
        publish(to("a").payload("x")
                .retain(true)
                .guarantee(Guarantee.AT_MOST_ONCE)
                .build());
        assertThat(client("s", "a").received().awaitPayloads("x").getFirst().guarantee())
                .isEqualTo(Guarantee.AT_MOST_ONCE);
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void retainedMessagesSurviveARestart() throws Exception {
        retain("a", "old");
        retain("a", "kept");
        retain("b", "cleared");
        retain("b", "");
        restart();
        TestClient client = client("s", "a", "b");
        client.fence();
        assertThat(deliveredTo(client)).containsExactly("kept");
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void aReturningSessionDoesNotGetThemAnew() {
        retain("a", "x");
        TestClient first = durable("s", "a");
        first.received().awaitPayloads("x");
        first.fence();
        first.detach();
        TestClient second = durable("s");
        second.fence();
        assertThat(deliveredTo(second)).isEmpty();
    }

    @Test
    @Needs(Feature.EXPIRY)
    void anExpiredOneIsNotSent() {
        publish(to("a").payload("short").retain(true).ttlMillis(60_000).build());
        publish(to("b").payload("long").retain(true).ttlMillis(600_000).build());
        advance(Duration.ofSeconds(61));
        TestClient client = client("s", "a", "b");
        client.fence();
        assertThat(deliveredTo(client)).containsExactly("long");
    }
}
