package io.signalbox.broker.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.ledger.DropReason;
import io.signalbox.log.LogConfig;
import io.signalbox.message.Message;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.SessionOptions;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A right that was taken back holds for what was queued, and for what was under way, before. */
class RevocationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private static final class Rules implements Authorizer {
        private volatile long epoch;

        @Override
        public boolean mayPublish(Principal principal, Topic topic) {
            return true;
        }

        @Override
        public boolean maySubscribe(Principal principal, TopicFilter filter) {
            return true;
        }

        @Override
        public boolean mayReceive(Principal principal, Topic topic) {
            return epoch == 0 || !topic.text().startsWith("secret");
        }

        @Override
        public boolean mayAdminister(Principal principal) {
            return false;
        }

        @Override
        public long epoch() {
            return epoch;
        }
    }

    @Test
    void neitherWhatWasQueuedNorWhatWasUnderWayIsGivenAfterwards() throws Exception {
        Rules rules = new Rules();
        try (EmbeddedBroker broker =
                EmbeddedBroker.open(BrokerConfig.DEFAULT, LogConfig.defaults(folder), rules, TimeSource.monotonic())) {
            SessionOptions options = SessionOptions.durableSession("a");
            try (TestClient client = TestClient.open(broker, options, SettleBehaviour.MANUAL, PATIENCE)) {
                client.subscribe("#");
                publish(broker, "secret/1");
                client.received().awaitCount(1);
            }
            publish(broker, "secret/2");
            publish(broker, "open");
            rules.epoch = 1;
            try (TestClient client = TestClient.open(broker, options, SettleBehaviour.ACCEPT, PATIENCE)) {
                client.received().awaitCount(1);
                assertThat(client.received().deliveries())
                        .extracting(Delivery::topic)
                        .containsExactly("open");
            }
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    broker.ledger().sessions().getFirst().dropped())
                            .containsEntry(DropReason.NOT_AUTHORIZED.label(), 2L));
            assertThat(broker.ledger().mismatches()).isEmpty();
        }
    }

    private static void publish(EmbeddedBroker broker, String topic) throws Exception {
        broker.publish(Message.to(Topic.ofMqtt(topic)).payload("x").build())
                .toCompletableFuture()
                .get();
    }
}
