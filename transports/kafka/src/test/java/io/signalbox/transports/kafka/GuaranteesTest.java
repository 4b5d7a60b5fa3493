package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Takes what the transport says of itself and breaks it. Servers that are killed are in {@link FaultTest}. */
final class GuaranteesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LARGE_BYTES = 5 << 20;

    private final KafkaConfig config = KafkaFixture.config("say");
    private final List<KafkaTransport> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(KafkaTransport::close);
    }

    private KafkaTransport open() {
        return opened(KafkaTransport.open(config, new ManualTimeSource()));
    }

    private KafkaTransport opened(KafkaTransport transport) {
        opened.add(transport);
        return transport;
    }

    private static Receipt publish(KafkaTransport transport, String payload) {
        return TestClient.get(
                transport.publish(Message.to(Topic.ofMqtt("a")).payload(payload).build()), PATIENCE);
    }

    private static TestClient session(KafkaTransport transport, SettleBehaviour behaviour) {
        return TestClient.open(transport, SessionOptions.durableSession("s"), behaviour, PATIENCE);
    }

    @Test
    void theLevelThatIsSaidIsTheLevelOfTheReceipt() {
        KafkaTransport transport = open();
        assertThat(transport.guarantees().durability()).startsWith("BUFFERED");
        assertThat(transport.capabilities().durability()).isEqualTo(Durability.BUFFERED);
        assertThat(publish(transport, "x").durability()).isEqualTo(Durability.BUFFERED);
    }

    @Test
    void thatNobodyIsSubscribedIsWhatThisNodeHasHeardOfTheOthers() {
        assertThat(open().capabilities().exactOutcomes()).isFalse();
    }

    @Test
    void whatKafkasRetentionDeletesASessionThatIsAwayHasLostAndItIsCounted() throws Exception {
        KafkaTransport transport = open();
        assertThat(transport.guarantees().retention()).contains("whether read or not");
        session(transport, SettleBehaviour.ACCEPT).subscribe("a").detach();
        for (int i = 0; i < 6; i++) {
            publish(transport, "m" + i);
        }
        try (Admin admin = new Clients(config).admin()) {
            var gone = admin.deleteRecords(
                    Map.of(new TopicPartition(config.prefix(), 0), RecordsToDelete.beforeOffset(4)));
            assertThat(gone.all().toCompletionStage()).succeedsWithin(PATIENCE);
        }
        session(transport, SettleBehaviour.ACCEPT).received().awaitPayloads("m4", "m5");
        assertThat(transport.counters().dropped.sum()).isEqualTo(4);
    }

    @Test
    void whatWasNotSettledWhenAProcessDiedComesAgainMarkedAndWhatWasSettledBeforeDoesNot() {
        KafkaTransport dying = open();
        assertThat(dying.guarantees().duplicates()).contains("marked as redelivered");
        TestClient first = session(dying, SettleBehaviour.MANUAL).subscribe("a");
        for (int i = 0; i < 5; i++) {
            publish(dying, "m" + i);
        }
        List<Delivery> got = first.received().awaitCount(5);
        first.settle(got.get(1), Settlement.ACCEPTED);
        first.settle(got.get(3), Settlement.ACCEPTED);
        Awaitility.await().atMost(PATIENCE).until(() -> {
            Position committed =
                    dying.cluster().committed(dying.names().session("s")).get(new TopicPartition(config.prefix(), 0));
            return committed != null && committed.open().size() == 3;
        });
        dying.halt();
        TestClient second = session(open(), SettleBehaviour.ACCEPT);
        assertThat(second.received().awaitPayloads("m0", "m2", "m4")).allMatch(Delivery::redelivered);
        second.fence();
        assertThat(second.received().deliveries()).hasSize(3);
    }

    @Test
    void aForeignRecordThatIsTooLargeForTheDeadLettersHoldsUpNobody() throws Exception {
        String orders = config.prefix() + ".orders";
        makeWithLargeRecords(orders);
        KafkaTransport transport =
                opened(KafkaTransport.open(config.withRoots(Root.of("orders", orders)), new ManualTimeSource()));
        assertThat(transport.guarantees().lossWindow()).contains("without its payload");
        TestClient client = session(transport, SettleBehaviour.MANUAL).subscribe("orders/#");
        produceLarge(orders);
        Delivery large = client.received().awaitCount(1).getFirst();
        client.settle(large, new Settlement.Rejected("no room for it"));
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> !transport.deadLetters(1).isEmpty());
        Message letter = transport.deadLetters(1).getFirst();
        assertThat(letter.topic().text()).isEqualTo("orders");
        assertThat(letter.properties().headers().get("sb-dead-at")).isEqualTo(orders + "/0/0");
        assertThat(letter.properties().headers().get("sb-dead-cut")).isEqualTo(String.valueOf(LARGE_BYTES));
        Awaitility.await().atMost(PATIENCE).until(() -> {
            Position at = transport
                    .cluster()
                    .committed(transport.names().session("s"))
                    .get(new TopicPartition(orders, 0));
            return at != null && at.low() == 1;
        });
    }

    private void makeWithLargeRecords(String kafkaTopic) {
        try (Admin admin = new Clients(config).admin()) {
            NewTopic topic = new NewTopic(kafkaTopic, 1, (short) 1)
                    .configs(Map.of("max.message.bytes", String.valueOf(2 * LARGE_BYTES)));
            assertThat(admin.createTopics(List.of(topic)).all().toCompletionStage())
                    .succeedsWithin(PATIENCE);
        }
    }

    private void produceLarge(String kafkaTopic) throws Exception {
        Map<String, Object> properties =
                Map.of("bootstrap.servers", config.bootstrap(), "max.request.size", 2 * LARGE_BYTES);
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(kafkaTopic, new byte[LARGE_BYTES]))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void itReadsAsFiveLines() {
        assertThat(open().guarantees().text().lines()).hasSize(5).allMatch(text -> text.length() > 20);
    }
}
