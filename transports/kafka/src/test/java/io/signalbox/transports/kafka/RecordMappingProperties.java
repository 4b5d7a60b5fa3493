package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.testkit.RandomMessages;
import io.signalbox.topic.Topic;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Key, value and headers give the message back, whole; the seed is the test's argument. */
final class RecordMappingProperties {
    private static final int CASES = 5_000;

    private final RecordMapping mapping =
            new RecordMapping(new Layout(KafkaConfig.of("h:1").withPrefix("sb"), Map.of("sb", 4)));

    private static ConsumerRecord<byte[], byte[]> overTheWire(ProducerRecord<byte[], byte[]> sent) {
        RecordHeaders headers = new RecordHeaders();
        sent.headers().forEach(headers::add);
        return new ConsumerRecord<>(
                sent.topic(),
                0,
                7,
                sent.timestamp(),
                TimestampType.CREATE_TIME,
                0,
                0,
                sent.key(),
                sent.value(),
                headers,
                Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 55, 20_261_126})
    void everyMessageComesBack(long seed) {
        RandomMessages messages = new RandomMessages(seed);
        for (int i = 0; i < CASES; i++) {
            Message message = messages.next();
            ConsumerRecord<byte[], byte[]> record = overTheWire(mapping.record(message, i % 2 == 0 ? "s" : null, 99));
            assertThat(RecordMapping.isPublisher(record, "s")).isEqualTo(i % 2 == 0);
            Message expected = message.ttlMillis() > 0 && message.timestampMillis() == 0
                    ? message.toBuilder().timestampMillis(99).build()
                    : message;
            RandomMessages.assertSame(mapping.message(record), expected, "seed " + seed + ", case " + i);
        }
    }

    @Test
    void aForeignRecordNeedsNothingOfOurs() {
        ConsumerRecord<byte[], byte[]> bare = new ConsumerRecord<>("sb", 0, 7, null, null);
        Message message = mapping.message(bare);
        assertThat(message.topic()).isEqualTo(Topic.ofMqtt("sb"));
        assertThat(message.payload()).isEmpty();
    }

    @Test
    void aHeaderThatIsNoTextIsKeptInBase64AndAKeyThatIsNoneIsNoOrderingKey() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("trace", new byte[] {(byte) 0xff, 0});
        headers.add("nothing", null);
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                "sb",
                0,
                7,
                0L,
                TimestampType.CREATE_TIME,
                0,
                0,
                new byte[] {(byte) 0xc0},
                new byte[] {1},
                headers,
                Optional.empty());
        Message message = mapping.message(record);
        assertThat(message.properties().headers().get("trace-base64")).isEqualTo("/wA=");
        assertThat(message.properties().headers().get("nothing")).isEmpty();
        assertThat(message.properties().orderingKey()).isNull();
    }
}
