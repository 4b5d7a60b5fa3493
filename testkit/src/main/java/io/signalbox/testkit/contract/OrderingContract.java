package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.Deliveries;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages of one publisher and topic keep their order, also when some are delivered again. */
@Needs({Feature.SUBSCRIBE, Feature.ORDERED})
public abstract class OrderingContract extends Theme {

    @Test
    void eachPublishersMessagesKeepTheirOrder() throws Exception {
        TestClient client = client("s", "o/#");
        List<Thread> publishers = new ArrayList<>();
        for (int p = 0; p < 4; p++) {
            String name = "p" + p;
            publishers.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 200; i++) {
                    publish("o/" + name, name + ":" + i);
                }
            }));
        }
        for (Thread publisher : publishers) {
            publisher.join();
        }
        Deliveries.assertGapless(client.received().awaitCount(800), 200);
    }

    @Test
    void releasedMessagesComeBackInTheirOrder() {
        TestClient client = durableManual("s", "o");
        publishMany("o", "m", 5);
        List<Delivery> first = client.received().awaitCount(5);
        client.onLane(session -> first.forEach(d -> session.settle(d.deliveryId(), Settlement.RELEASED)));
        assertThat(Deliveries.payloads(client.received().awaitCount(10)).subList(5, 10))
                .containsExactly("m0", "m1", "m2", "m3", "m4");
    }

    @Test
    @Needs(Feature.DELAYED_REDELIVERY)
    void aRetryHoldsUpItsKeyAndNobodyElse() {
        List<String> failedOnce = new ArrayList<>();
        SettleBehaviour failA0 = delivery -> {
            if (delivery.payload().equals("a0") && failedOnce.isEmpty()) {
                failedOnce.add("a0");
                return new Settlement.Modified(Duration.ofSeconds(5), "once");
            }
            return Settlement.ACCEPTED;
        };
        TestClient client = open(SessionOptions.durableSession("s").withUnsettledMax(1), failA0);
        client.subscribe("o");
        keyed("a", "a0");
        keyed("a", "a1");
        keyed("b", "b0");
        keyed("a", "a2");
        client.received().awaitPayloads("a0", "b0");
        advanceUntilCount(client, 5);
        assertThat(deliveredTo(client)).containsExactly("a0", "b0", "a0", "a1", "a2");
    }

    private void keyed(String key, String payload) {
        publish(to("o").payload(payload)
                .properties(MessageProperties.builder().orderingKey(key).build())
                .build());
    }
}
