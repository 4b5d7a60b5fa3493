package io.signalbox.transports.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Takes what the transport says of itself and breaks it. */
class GuaranteesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Message message(String payload) {
        return Message.to(Topic.ofMqtt("a")).payload(payload).build();
    }

    private static TestClient session(MemoryTransport on, SessionOptions options) {
        return TestClient.open(on, options, SettleBehaviour.ACCEPT, PATIENCE);
    }

    @Test
    void whatIsSyncedIsThereAfterACrashAndGoneWithTheMemory() {
        SimulatedFileStore store = new SimulatedFileStore();
        MemoryTransport before = MemoryTransport.open(store, TimeSource.monotonic());
        assertThat(before.guarantees().durability()).startsWith("SYNCED: ");
        assertThat(before.guarantees().lossWindow()).isEqualTo("the process ends");
        session(before, SessionOptions.durableSession("s")).subscribe("a").detach();
        Receipt receipt = TestClient.get(before.publish(message("x")), PATIENCE);
        assertThat(receipt.durability()).isEqualTo(before.capabilities().durability());
        try (MemoryTransport after = MemoryTransport.open(store.afterKill(), TimeSource.monotonic());
                MemoryTransport other = MemoryTransport.open()) {
            session(after, SessionOptions.durableSession("s")).received().awaitPayloads("x");
            assertThat(session(other, SessionOptions.durableSession("s"))
                            .session()
                            .resumed())
                    .isFalse();
        }
        before.close();
    }

    @Test
    void aTopicIsInOrder() {
        try (MemoryTransport transport = MemoryTransport.open()) {
            assertThat(transport.guarantees().order()).isEqualTo("per topic and ordering key");
            TestClient client =
                    session(transport, SessionOptions.durableSession("s")).subscribe("a");
            PublishRecorder answers = new PublishRecorder(PATIENCE);
            for (int i = 0; i < 500; i++) {
                transport.publish(message("m" + i), answers, i);
            }
            client.received()
                    .awaitPayloads(
                            IntStream.range(0, 500).mapToObj(i -> "m" + i).toList());
        }
    }

    @Test
    void aRepeatComesWhenAFaultIsAskedForAndNotOtherwise() {
        try (MemoryTransport transport = MemoryTransport.open()) {
            assertThat(transport.guarantees().duplicates()).contains("as often as its faults are told");
            TestClient client =
                    session(transport, SessionOptions.durableSession("s")).subscribe("a");
            Message known = message("x").toBuilder()
                    .properties(MessageProperties.builder().id("id-1").build())
                    .build();
            TestClient.get(transport.publish(known), PATIENCE);
            assertThat(TestClient.get(transport.publish(known), PATIENCE).outcome())
                    .isEqualTo(Receipt.Outcome.DUPLICATE);
            client.received().awaitPayloads("x");
            client.flush(); // its settlement is not the one that is lost
            transport.faults().loseNextSettlements(1);
            TestClient.get(transport.publish(message("y")), PATIENCE);
            client.received().awaitPayloads("x", "y", "y");
        }
    }

    @Test
    void aQueueKeepsItsBound() {
        try (MemoryTransport transport = MemoryTransport.open()) {
            assertThat(transport.guarantees().retention()).contains("the bounds of a session's queue");
            SessionOptions two = SessionOptions.durableSession("s").withQueue(2, 1_000, OverflowPolicy.DROP_OLDEST);
            session(transport, two).subscribe("a").detach();
            for (int i = 0; i < 5; i++) {
                TestClient.get(transport.publish(message("m" + i)), PATIENCE);
            }
            session(transport, two).received().awaitPayloads("m3", "m4");
        }
    }

    @Test
    void itReadsAsFiveLines() {
        try (MemoryTransport transport = MemoryTransport.open()) {
            assertThat(transport.guarantees().text().lines()).hasSize(5).allMatch(text -> text.length() > 20);
        }
    }
}
