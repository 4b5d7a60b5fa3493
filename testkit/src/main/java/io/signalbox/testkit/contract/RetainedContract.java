package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.FilterSpec.RetainedDelivery;
import org.junit.jupiter.api.Test;

/** The last value of a topic. */
@Needs({Feature.SUBSCRIBE, Feature.RETAINED})
public abstract class RetainedContract extends Theme {

    private static FilterSpec with(String filter, RetainedDelivery handling) {
        FilterSpec s = spec(filter);
        return new FilterSpec(s.filter(), null, s.guarantee(), 0, false, false, handling, s.start(), 0);
    }

    private void retain(String topic, String payload) {
        publish(to(topic).payload(payload).retain(true).build());
    }

    @Test
    void aNewSubscriptionGetsTheLastValue() {
        retain("a/x", "old");
        retain("a/x", "new");
        retain("a/y", "other");
        publish("a/z", "not retained");
        TestClient client = client("s", "a/#");
        assertThat(client.received().awaitCount(2)).allMatch(Delivery::fromRetained);
        client.fence();
        assertThat(deliveredTo(client)).containsExactlyInAnyOrder("new", "other");
    }

    @Test
    void anEmptyPayloadClearsIt() {
        retain("a", "x");
        retain("a", "");
        TestClient client = client("s", "a");
        client.fence();
        assertThat(deliveredTo(client)).isEmpty();
    }

    @Test
    void retainedMessagesOutliveARestart() throws Exception {
        retain("a", "x");
        restart();
        client("s", "a").received().awaitPayloads("x");
    }

    @Test
    void retainHandlingIsKept() {
        retain("a", "x");
        TestClient never = client("never").subscribe(with("a", RetainedDelivery.NONE));
        TestClient ifNew = client("ifNew").subscribe(with("a", RetainedDelivery.SEND_IF_NEW));
        ifNew.received().awaitPayloads("x");
        ifNew.subscribe(with("a", RetainedDelivery.SEND_IF_NEW));
        TestClient always = client("always").subscribe(with("a", RetainedDelivery.SEND));
        always.subscribe(with("a", RetainedDelivery.SEND));
        always.received().awaitPayloads("x", "x");
        never.fence();
        ifNew.fence();
        assertThat(deliveredTo(never)).isEmpty();
        assertThat(deliveredTo(ifNew)).containsExactly("x");
    }

    @Test
    @Needs(Feature.SHARE_GROUPS)
    void sharedSubscriptionsGetNoRetainedMessages() {
        retain("a", "x");
        TestClient client = client("s").subscribe(spec("a").withShareGroup("g"));
        client.fence();
        assertThat(deliveredTo(client)).isEmpty();
    }
}
