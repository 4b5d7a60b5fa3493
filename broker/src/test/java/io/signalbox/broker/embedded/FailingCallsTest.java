package io.signalbox.broker.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.SignalboxException;
import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.log.store.SimulatedFileStore.Fault;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.contract.Theme;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transport.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A disk that fails now and then, and is tried again soon. */
class FailingCallsTest extends Theme {
    @Override
    protected TransportFixture newFixture() {
        return new EmbeddedFixture().probing(Duration.ofMillis(20));
    }

    private SimulatedFileStore store() {
        return ((EmbeddedFixture) fixture).store;
    }

    @Test
    void exactlyOnceDeliveriesGoOnWhereverOneCallFails() {
        long seed = Long.getLong("signalbox.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        TestClient client = durable("s");
        client.subscribe(spec("a", Guarantee.EXACTLY_ONCE, 0));
        List<String> acknowledged = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            store().failAt(1 + random.nextInt(6), 1, Fault.EIO);
            Message message =
                    to("a").payload("m" + i).guarantee(Guarantee.EXACTLY_ONCE).build();
            try {
                publish(message);
                acknowledged.add("m" + i);
            } catch (SignalboxException refused) {
                store().heal();
                eventually(() -> transport.health().status() == Health.Status.UP);
            }
        }
        store().heal();
        eventually(() -> deliveredTo(client).containsAll(acknowledged));
        assertThat(deliveredTo(client)).doesNotHaveDuplicates();
    }
}
