package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.StartPosition;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An outage that is longer than the hold of some publishes, and shorter than that of others. */
final class HoldTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration HOLD = Duration.ofSeconds(6);
    /** So that two messages never are in one of the batches that Kafka keeps or lets go of as a whole. */
    private static final String PADDING = " ".repeat(40 << 10);

    private static final int STREAM = 4_000;
    private static final int OUTAGES = 3;
    private static final KafkaBroker broker = KafkaBroker.shared();

    private final KafkaConfig config = KafkaConfig.of(broker.bootstrap())
            .withPrefix("hold-" + UUID.randomUUID().toString().substring(0, 13))
            .withCreation(new KafkaConfig.Creation(3, 1, Duration.ZERO))
            .withPublish(new PublishLimits(1 << 16, 64L << 20, HOLD, Duration.ofMillis(1)))
            .withClient(Map.of("reconnect.backoff.ms", "20", "reconnect.backoff.max.ms", "50"));
    private final List<KafkaTransport> opened = new ArrayList<>();

    private KafkaTransport open(KafkaConfig with) {
        KafkaTransport transport = KafkaTransport.open(with, TimeSource.monotonic());
        opened.add(transport);
        return transport;
    }

    @AfterEach
    void close() {
        broker.proxy().refuse(false);
        opened.forEach(KafkaTransport::close);
    }

    private static Message message(String payload) {
        return Message.to(Topic.ofMqtt("held/1"))
                .payload(payload + PADDING)
                .properties(MessageProperties.builder().orderingKey("k").build())
                .build();
    }

    /** What is in Kafka, past any outage. */
    private List<String> written() {
        List<String> payloads = Collections.synchronizedList(new ArrayList<>());
        ReadRequest all =
                new ReadRequest(TopicFilter.ofMqtt("held/#"), StartPosition.ALL, Long.MAX_VALUE, Integer.MAX_VALUE);
        assertThat(open(config)
                        .read(
                                all,
                                stored -> payloads.add(
                                        stored.message().payloadText().strip())))
                .succeedsWithin(PATIENCE);
        return payloads;
    }

    /** Again and again until it is taken. */
    private static void publish(Transport transport, String payload) {
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> TestClient.get(transport.publish(message(payload)), PATIENCE)
                                .sequence()
                        > 0);
    }

    /** Records, and mends the line as soon as one is refused: then others are under way that were published later. */
    private static PublishCallback mending(PublishRecorder answers) {
        return new PublishCallback() {
            @Override
            public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
                answers.published(context, outcome, reached, sequence);
            }

            @Override
            public void refused(long context, Refusal refusal) {
                broker.proxy().refuse(false);
                answers.refused(context, refusal);
            }
        };
    }

    @Test
    void whatWasUnderWayBehindARefusedOneIsRefusedWithItAndNotWritten() {
        KafkaTransport transport = open(config.withBootstrap(broker.proxied()));
        publish(transport, "before");
        broker.proxy().refuse(true);
        broker.proxy().cut();
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        PublishCallback callback = mending(answers);
        transport.publish(message("m1"), callback, 1);
        Awaitility.await().atMost(PATIENCE).pollDelay(HOLD.dividedBy(2)).until(() -> true);
        transport.publish(message("m2"), callback, 2);
        answers.awaitAnswers(2);
        assertThat(answers.refusals().keySet()).as("refused, in this order").containsExactly(1L, 2L);
        assertThat(answers.refusals().values()).allMatch(refusal -> refusal.reason() == ReasonCode.BUSY);
        assertThat(written().stream().distinct()).containsExactly("before");
        publish(transport, "m1");
        publish(transport, "m2");
        assertThat(written().stream().distinct()).containsExactly("before", "m1", "m2");
    }

    @Test
    void aStreamThroughOutagesThatEndWithTheFirstRefusalKeepsTheOrderOfEachKey() throws Exception {
        Carrier carrier = new Carrier(open(config.withBootstrap(broker.proxied())), STREAM);
        for (int outage = 1; outage <= OUTAGES; outage++) {
            int goal = outage * STREAM / (OUTAGES + 1);
            Awaitility.await().atMost(PATIENCE).until(() -> carrier.taken() >= goal);
            int before = carrier.refusals();
            broker.proxy().refuse(true);
            broker.proxy().cut();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> carrier.refusals() > before);
            broker.proxy().refuse(false);
        }
        carrier.await(PATIENCE);
        List<String> written = written();
        assertThat(written).hasSizeGreaterThanOrEqualTo(STREAM);
        Carrier.verifyOrder(written);
    }
}
