package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.Deliveries;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.SessionOptions;
import org.junit.jupiter.api.Test;

/** What is more urgent overtakes what waits. */
@Needs({Feature.SUBSCRIBE, Feature.PRIORITY, Feature.DURABLE_SESSIONS})
public abstract class PriorityContract extends Theme {

    @Test
    void higherPrioritiesGoFirstAndEqualOnesKeepTheirOrder() {
        durable("s", "a").detach();
        publish(to("a").payload("low").priority(0).build());
        publish(to("a").payload("mid1").build());
        publish(to("a").payload("mid2").build());
        publish(to("a").payload("high").priority(9).build());
        TestClient back = open(SessionOptions.durableSession("s").withUnsettledMax(1), SettleBehaviour.ACCEPT);
        assertThat(Deliveries.payloads(back.received().awaitCount(4))).containsExactly("high", "mid1", "mid2", "low");
    }
}
