package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transports.delivery.DeadReason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a message that nobody could be given, whatever the cluster says to it. */
final class DeadLettersTest {
    private static final Death DEATH =
            new Death(DeadReason.REJECTED, "not for me", "s", 3, new Place(Records.PARTITION, 77));

    private final MockProducer<byte[], byte[]> producer = Records.producer(false);
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private final DeadLetters deadLetters = new DeadLetters("dead", producer, Records.MAPPING, later);
    private final AtomicInteger safe = new AtomicInteger();

    @AfterEach
    void close() {
        later.shutdownNow();
    }

    private void bury(Message message) {
        deadLetters.bury(message, DEATH, safe::incrementAndGet);
    }

    private static Message message(int bytes) {
        return Message.to(Topic.ofMqtt("orders/eu"))
                .payload(new byte[bytes])
                .ttlMillis(1)
                .build();
    }

    private ProducerRecord<byte[], byte[]> last() {
        return producer.history().getLast();
    }

    private String header(String name) {
        Header header = last().headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    @Test
    void itIsAsItCameAndSaysWhyWhoseAndWhereItWas() {
        bury(message(10));
        assertThat(producer.completeNext()).isTrue();
        assertThat(safe).hasValue(1);
        assertThat(last().value()).hasSize(10);
        assertThat(header("sb-topic")).isEqualTo("orders/eu");
        assertThat(header("sb-ttl")).as("it does not end here").isEmpty();
        assertThat(header("sb-dead-reason")).isEqualTo("rejected");
        assertThat(header("sb-dead-detail")).isEqualTo("not for me");
        assertThat(header("sb-dead-session")).isEqualTo("s");
        assertThat(header("sb-dead-attempts")).isEqualTo("3");
        assertThat(header("sb-dead-at")).isEqualTo("sb/0/77");
    }

    @Test
    void oneThatIsTooLargeIsKeptWithoutItsBytes() {
        bury(message(5 << 20));
        assertThat(producer.errorNext(new RecordTooLargeException("5 MiB"))).isTrue();
        assertThat(safe).as("the rest is not there yet").hasValue(0);
        assertThat(producer.completeNext()).isTrue();
        assertThat(safe).hasValue(1);
        assertThat(last().value()).isEmpty();
        assertThat(header("sb-topic")).isEqualTo("orders/eu");
        assertThat(header("sb-dead-reason")).isEqualTo("rejected");
        assertThat(header("sb-dead-at")).isEqualTo("sb/0/77");
        assertThat(header("sb-dead-cut")).isEqualTo(String.valueOf(5 << 20));
    }

    @Test
    void oneThatIsTooLargeEvenSoHoldsUpNobody() {
        bury(message(1));
        assertThat(producer.errorNext(new RecordTooLargeException("first"))).isTrue();
        assertThat(producer.errorNext(new RecordTooLargeException("again"))).isTrue();
        assertThat(safe).hasValue(1);
        assertThat(producer.history()).hasSize(2);
    }

    @Test
    void whatMayPassIsTriedAgain() {
        bury(message(1));
        assertThat(producer.errorNext(new NotEnoughReplicasException("one is away")))
                .isTrue();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> producer.history().size() == 2);
        assertThat(safe).hasValue(0);
        assertThat(last().value()).hasSize(1);
        assertThat(producer.completeNext()).isTrue();
        assertThat(safe).hasValue(1);
    }
}
