package io.signalbox.transports.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A name is one session, on whichever instance and of whichever kind: the newer wins. */
final class OneNameOneSessionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RabbitMqConfig config = RabbitMqConfig.of(
                    RabbitServer.shared().uri())
            .withPrefix("one-" + UUID.randomUUID().toString().substring(0, 13))
            .withQueueSettle(Duration.ZERO);
    private final RabbitMqTransport here = RabbitMqTransport.open(config, new ManualTimeSource());
    private final RabbitMqTransport there = RabbitMqTransport.open(config, new ManualTimeSource());

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    private static TestClient open(RabbitMqTransport transport, SessionOptions options) {
        return TestClient.open(transport, options, SettleBehaviour.ACCEPT, PATIENCE);
    }

    private Receipt publish(String payload) {
        return TestClient.get(
                here.publish(Message.to(Topic.ofMqtt("a")).payload(payload).build()), PATIENCE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTransientSessionEndsADurableOneOfItsName(boolean elsewhere) {
        TestClient durable = open(here, SessionOptions.durableSession("s")).subscribe("a");
        TestClient passing = open(elsewhere ? there : here, SessionOptions.transientSession("s"));
        durable.received().awaitDetached(DetachReason.TAKEN_OVER);
        assertThat(publish("nobody's").outcome()).isEqualTo(Receipt.Outcome.NO_SUBSCRIBERS);
        passing.detach();
        assertThat(open(here, SessionOptions.durableSession("s")).session().resumed())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDurableSessionEndsATransientOneOfItsName(boolean elsewhere) {
        TestClient passing = open(here, SessionOptions.transientSession("s")).subscribe("a");
        TestClient durable = open(elsewhere ? there : here, SessionOptions.durableSession("s"));
        passing.received().awaitDetached(DetachReason.TAKEN_OVER);
        assertThat(durable.session().resumed()).isFalse();
        assertThat(publish("nobody's").outcome()).isEqualTo(Receipt.Outcome.NO_SUBSCRIBERS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTransientSessionIsTakenOver(boolean elsewhere) {
        TestClient first = open(here, SessionOptions.transientSession("s")).subscribe("a");
        TestClient second = open(elsewhere ? there : here, SessionOptions.transientSession("s"))
                .subscribe("a");
        first.received().awaitDetached(DetachReason.TAKEN_OVER);
        publish("x");
        second.received().awaitPayloads("x");
        second.fence();
        assertThat(second.received().deliveries()).hasSize(1);
    }
}
