package io.signalbox.broker.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.testkit.Deliveries;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Queues longer than what a session may hold in memory come back from the log. */
class OfflineQueueTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MESSAGES = 20_000;

    @Test
    void aLongQueueIsDeliveredWholeAndInOrder() throws Exception {
        try (EmbeddedFixture fixture = new EmbeddedFixture()) {
            SessionOptions options =
                    SessionOptions.durableSession("reader").withQueue(1_000_000, 1L << 30, OverflowPolicy.DROP_OLDEST);
            EmbeddedBroker broker = fixture.open();
            fill(broker, options);
            try (TestClient reader = TestClient.open(broker, options, SettleBehaviour.ACCEPT, PATIENCE)) {
                Deliveries.assertGapless(reader.received().awaitCount(MESSAGES), MESSAGES);
                reader.detach();
            }
        }
    }

    @Test
    void aFullQueueKeepsTheNewestAndCountsTheRest() throws Exception {
        try (EmbeddedFixture fixture = new EmbeddedFixture()) {
            SessionOptions options = SessionOptions.durableSession("reader");
            EmbeddedBroker broker = fixture.open();
            fill(broker, options);
            try (TestClient reader = TestClient.open(broker, options, SettleBehaviour.ACCEPT, PATIENCE)) {
                List<String> got = Deliveries.payloads(reader.received().awaitCount(10_000));
                assertThat(got.getFirst()).isEqualTo("a:" + (MESSAGES - 10_000));
                assertThat(got.getLast()).isEqualTo("a:" + (MESSAGES - 1));
                assertThat(broker.ledger().sessions().getFirst().dropped()).containsEntry("queue_full", 10_000L);
                reader.detach();
            }
        }
    }

    private static void fill(EmbeddedBroker broker, SessionOptions options) throws Exception {
        try (TestClient reader = TestClient.open(broker, options, SettleBehaviour.MANUAL, PATIENCE)) {
            reader.subscribe("q/#");
            reader.detach();
        }
        List<CompletionStage<Receipt>> receipts = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            receipts.add(broker.publish(
                    Message.to(Topic.ofMqtt("q/a")).payload("a:" + i).build()));
        }
        for (CompletionStage<Receipt> receipt : receipts) {
            TestClient.get(receipt, PATIENCE);
        }
    }
}
