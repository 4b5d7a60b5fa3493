package io.signalbox.transports.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DelayedMessagesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final JdbcFixture fixture =
            new JdbcFixture("jdbc:h2:mem:delayed" + System.nanoTime() + ";DB_CLOSE_DELAY=-1");
    private final JdbcTransport transport = fixture.open();

    @AfterEach
    void close() {
        transport.close();
    }

    private void publish(String payload, String delay) {
        MessageProperties properties = MessageProperties.builder()
                .header(JdbcTransport.DELAY_HEADER, delay)
                .build();
        TestClient.get(
                transport.publish(Message.to(Topic.ofMqtt("a"))
                        .payload(payload)
                        .properties(properties)
                        .build()),
                PATIENCE);
    }

    @Test
    void aDelayedMessageComesAfterItsDelayAndNotBefore() {
        try (TestClient client = TestClient.open(
                        transport, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("a")) {
            publish("in a minute", "60000");
            publish("at once", "0");
            client.received().awaitPayloads("at once");
            fixture.advance(Duration.ofSeconds(59));
            client.fence();
            assertThat(client.received().payloads()).containsExactly("at once");
            fixture.advance(Duration.ofSeconds(2));
            client.received().awaitPayloads("at once", "in a minute");
        }
    }

    @Test
    void aDelayThatCannotBeReadIsNone() {
        try (TestClient client = TestClient.open(
                        transport, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("a")) {
            publish("x", "soon");
            client.received().awaitPayloads("x");
        }
    }
}
