package io.signalbox.broker.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.Deliveries;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/**
 * The power fails under load, on a disk that then has what was flushed and any part of the rest. Long form:
 * {@code -Dsignalbox.powerCuts=2000}.
 */
class PowerCutTest {
    private static final int CUTS = Integer.getInteger("signalbox.powerCuts", 12);
    private static final int PUBLISHERS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void whatWasAcknowledgedIsDeliveredAfterAPowerCutInOrderAndOnce() throws Exception {
        long seed = Long.getLong("signalbox.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int cut = 0; cut < CUTS; cut++) {
            cutOnce(random);
        }
    }

    private static void cutOnce(Random random) throws Exception {
        SessionOptions options =
                SessionOptions.durableSession("reader").withQueue(1_000_000, 1L << 30, OverflowPolicy.DROP_OLDEST);
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        Set<String> acknowledgedBefore;
        EmbeddedFixture fixture = new EmbeddedFixture();
        try (fixture) {
            EmbeddedBroker broker = fixture.open();
            try (TestClient reader = TestClient.open(broker, options, SettleBehaviour.MANUAL, PATIENCE)) {
                reader.subscribe(FilterSpec.of(TopicFilter.ofMqtt("load/#"), Guarantee.AT_LEAST_ONCE));
                reader.detach();
            }
            List<Thread> publishers = new ArrayList<>();
            Semaphore enough = new Semaphore(-200 - random.nextInt(2_000));
            for (int p = 0; p < PUBLISHERS; p++) {
                int publisher = p;
                publishers.add(Thread.ofVirtual().start(() -> publish(broker, publisher, acknowledged, enough)));
            }
            enough.acquire();
            acknowledgedBefore = new HashSet<>(acknowledged);
            fixture.store = fixture.store.powerCut(random.nextLong());
            publishers.forEach(Thread::interrupt);
            EmbeddedBroker after = fixture.open();
            try (TestClient reader = TestClient.open(after, options, SettleBehaviour.ACCEPT, PATIENCE)) {
                assertThat(reader.session().resumed()).isTrue();
                reader.fence();
                List<Delivery> got = reader.received().deliveries();
                assertThat(Deliveries.payloads(got)).containsAll(acknowledgedBefore);
                Deliveries.assertNoDuplicates(got);
                assertInOrder(got);
                assertThat(after.ledger().mismatches()).isEmpty();
            }
        }
    }

    private static void assertInOrder(List<Delivery> deliveries) {
        Map<String, Integer> last = new HashMap<>();
        for (Delivery delivery : deliveries) {
            String[] parts = delivery.payload().split(":");
            int number = Integer.parseInt(parts[1]);
            Integer before = last.put(parts[0], number);
            assertThat(before == null || before < number)
                    .as("%s after %s", delivery, before)
                    .isTrue();
        }
    }

    private static void publish(EmbeddedBroker broker, int publisher, Set<String> acknowledged, Semaphore enough) {
        Semaphore window = new Semaphore(50);
        for (int i = 0; ; i++) {
            String payload = "p" + publisher + ":" + i;
            try {
                window.acquire();
            } catch (InterruptedException e) {
                return;
            }
            broker.publish(
                    Message.to(Topic.ofMqtt("load/" + publisher))
                            .payload(payload)
                            .build(),
                    new PublishCallback() {
                        @Override
                        public void published(
                                long context, Receipt.Outcome outcome, Durability reached, long sequence) {
                            assertThat(reached).isEqualTo(Durability.SYNCED);
                            acknowledged.add(payload);
                            enough.release();
                            window.release();
                        }

                        @Override
                        public void refused(long context, Refusal refusal) {
                            window.release();
                        }
                    },
                    0);
        }
    }
}
