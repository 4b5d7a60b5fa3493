package io.signalbox.transports.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.net.TcpProxy;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Takes what the transport says of itself and breaks it. Servers that are killed are in {@link FaultTest}. */
final class GuaranteesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RabbitServer server = RabbitServer.shared();
    private final TcpProxy line = new TcpProxy(server.port());
    private final RabbitMqConfig config = RabbitMqConfig.of(RabbitServer.uri(line.port()))
            .withPrefix("say-" + UUID.randomUUID().toString().substring(0, 13))
            .withQueueSettle(Duration.ZERO);
    private final List<RabbitMqTransport> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(RabbitMqTransport::close);
        line.close();
    }

    private RabbitMqTransport open(RabbitMqConfig with) {
        RabbitMqTransport transport = RabbitMqTransport.open(with, new ManualTimeSource());
        opened.add(transport);
        return transport;
    }

    private static Receipt publish(RabbitMqTransport transport, String payload, Guarantee guarantee) {
        return TestClient.get(
                transport.publish(Message.to(Topic.ofMqtt("a"))
                        .payload(payload)
                        .guarantee(guarantee)
                        .build()),
                PATIENCE);
    }

    private static TestClient session(RabbitMqTransport transport, SessionOptions options) {
        return TestClient.open(transport, options, SettleBehaviour.ACCEPT, PATIENCE);
    }

    @Test
    void theLevelThatIsSaidIsTheLevelOfTheReceipt() {
        for (RabbitMqConfig.Queues queues : RabbitMqConfig.Queues.values()) {
            RabbitMqTransport transport = open(config.withQueues(queues).withPrefix(config.prefix() + queues));
            session(transport, SessionOptions.durableSession("s")).subscribe("a");
            Durability said = Durability.valueOf(transport
                    .guarantees()
                    .durability()
                    .substring(0, transport.guarantees().durability().indexOf(':')));
            assertThat(said).isEqualTo(transport.capabilities().durability());
            assertThat(publish(transport, "x", Guarantee.AT_LEAST_ONCE).durability())
                    .isEqualTo(said);
            assertThat(publish(transport, "x", Guarantee.AT_MOST_ONCE).durability())
                    .isEqualTo(Durability.ROUTED);
        }
    }

    @Test
    void atMostOnceIsLostToASessionThatIsAway() {
        RabbitMqTransport transport = open(config);
        assertThat(transport.guarantees().lossWindow()).contains("a session that is away");
        session(transport, SessionOptions.durableSession("s")).subscribe("a").detach();
        TestClient.open(transport, SessionOptions.transientSession("passes by"), SettleBehaviour.ACCEPT, PATIENCE)
                .detach();
        publish(transport, "light", Guarantee.AT_MOST_ONCE);
        publish(transport, "heavy", Guarantee.AT_LEAST_ONCE);
        session(transport, SessionOptions.durableSession("s")).received().awaitPayloads("heavy");
    }

    @Test
    void aBoundStaysThatOfTheCreation() {
        RabbitMqTransport transport = open(config);
        assertThat(transport.guarantees().retention()).contains("the bound it was created with");
        SessionOptions three = SessionOptions.durableSession("s").withQueue(3, 1_000, OverflowPolicy.DROP_OLDEST);
        TestClient first = session(transport, three).subscribe("a");
        first.detach();
        TestClient second = session(transport, three.withQueue(100, 1_000, OverflowPolicy.DROP_OLDEST));
        second.detach();
        session(transport, SessionOptions.transientSession("passes by")).detach();
        for (int i = 0; i < 10; i++) {
            publish(transport, "m" + i, Guarantee.AT_LEAST_ONCE);
        }
        session(transport, three).received().awaitPayloads("m7", "m8", "m9");
    }

    @Test
    void aMessageThatComesBackTooOftenIsPoison() {
        RabbitMqTransport transport =
                open(config.withDelivery(new DeliveryLimits(4, 3, Duration.ofMinutes(1), Duration.ofDays(7))));
        assertThat(transport.guarantees().retention()).contains("from 3 lost connections");
        SessionOptions spill = SessionOptions.durableSession("s").withQueue(100, 10_000, OverflowPolicy.SPILL);
        TestClient client = TestClient.open(transport, spill, SettleBehaviour.MANUAL, PATIENCE)
                .subscribe("a");
        publish(transport, "poison", Guarantee.AT_LEAST_ONCE);
        client.received().awaitPayloads("poison");
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(() -> {
                    line.cut();
                    return !transport.deadLetters(10).isEmpty();
                });
        assertThat(transport.deadLetters(10).getFirst().payloadText()).isEqualTo("poison");
    }

    @Test
    void whoDoesNotLetQueuesSettleIsToldWhatThatCosts() {
        assertThat(open(config).guarantees().lossWindow()).contains("within 3 s after a queue was created");
        assertThat(open(config.withQueueSettle(Duration.ofSeconds(3)))
                        .guarantees()
                        .lossWindow())
                .doesNotContain("created");
    }

    @Test
    void itReadsAsFiveLines() {
        Guarantees guarantees = open(config).guarantees();
        assertThat(guarantees.text().lines()).hasSize(5).allMatch(text -> text.length() > 20);
    }
}
