package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A receiver gets no more than it said it can take. */
@Needs({Feature.SUBSCRIBE})
public abstract class BackpressureContract extends Theme {

    @Test
    void creditBoundsWhatIsUnderWay() {
        TestClient client = open(SessionOptions.transientSession("s").withUnsettledMax(3), SettleBehaviour.MANUAL);
        client.subscribe("a");
        publishMany("a", "m", 10);
        barrier();
        List<Delivery> first = client.received().awaitCount(3);
        assertThat(client.received().deliveries()).hasSize(3);
        client.settle(first.getFirst(), Settlement.ACCEPTED);
        assertThat(client.received().awaitCount(4).getLast().payload()).isEqualTo("m3");
    }

    @Test
    void nothingIsHandedOverWhileTheConnectionCannotTakeMore() {
        TestClient client = client("s", "a");
        client.writable(false);
        publishMany("a", "m", 10);
        barrier();
        assertThat(deliveredTo(client)).isEmpty();
        client.writable(true);
        client.received().awaitPayloads(numbered("m", 10));
    }

    @Test
    void oneThatDoesNotTakeMoreDoesNotHoldUpOthers() {
        TestClient stuck = client("stuck", "a");
        stuck.writable(false);
        TestClient brisk = client("brisk", "a");
        publishMany("a", "m", 50);
        brisk.received().awaitPayloads(numbered("m", 50));
    }
}
