package io.signalbox.broker.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.testkit.Deliveries;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Health;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A disk without room: what was acknowledged stays, the rest is refused, and every publish hears one or the other. */
class FullDiskTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void aFullDiskRefusesWithAReasonAndRecoversByItself() throws Exception {
        SessionOptions options =
                SessionOptions.durableSession("reader").withQueue(1_000_000, 1L << 30, OverflowPolicy.DROP_OLDEST);
        try (EmbeddedFixture fixture = new EmbeddedFixture()) {
            EmbeddedBroker broker = fixture.open();
            try (TestClient reader = TestClient.open(broker, options, SettleBehaviour.MANUAL, PATIENCE)) {
                reader.subscribe("d/#");
                reader.detach();
            }
            fixture.store.capacity(3 << 20);
            List<String> acknowledged = new ArrayList<>();
            int[] next = {0};
            await().atMost(PATIENCE).until(() -> publish(broker, acknowledged, next[0] += 100, 100) == 100);
            await().atMost(PATIENCE).until(() -> broker.health().status() == Health.Status.DEGRADED);

            fixture.store.capacity(Long.MAX_VALUE);
            await().atMost(PATIENCE).until(() -> publish(broker, acknowledged, next[0] += 100, 100) == 0);
            await().atMost(PATIENCE).until(() -> broker.health().status() == Health.Status.UP);

            try (TestClient reader = TestClient.open(broker, options, SettleBehaviour.ACCEPT, PATIENCE)) {
                assertThat(Deliveries.payloads(reader.received().awaitCount(acknowledged.size())))
                        .isEqualTo(acknowledged);
                assertThat(broker.ledger().mismatches()).isEmpty();
                reader.detach();
            }
        }
    }

    private static int publish(EmbeddedBroker broker, List<String> acknowledged, int from, int count) {
        byte[] padding = new byte[2_000];
        Map<String, CompletionStage<Receipt>> receipts = new LinkedHashMap<>();
        for (int i = from; i < from + count; i++) {
            String payload = "d:" + i + ":" + new String(padding, java.nio.charset.StandardCharsets.ISO_8859_1);
            receipts.put(
                    payload,
                    broker.publish(
                            Message.to(Topic.ofMqtt("d/x")).payload(payload).build()));
        }
        int[] refused = {0};
        receipts.forEach((payload, receipt) -> {
            try {
                TestClient.get(receipt, PATIENCE);
                acknowledged.add(payload);
            } catch (SignalboxException e) {
                assertThat(e.reason()).isIn(ReasonCode.STORAGE_FULL, ReasonCode.STORAGE_FAILED);
                refused[0]++;
            }
        });
        return refused[0];
    }
}
