package io.signalbox.transports.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Records and producers for tests that need no server: one Kafka topic of one partition. */
final class Records {
    static final TopicPartition PARTITION = new TopicPartition("sb", 0);
    static final RecordMapping MAPPING =
            new RecordMapping(new Layout(KafkaConfig.of("h:1").withPrefix("sb"), Map.of("sb", 1)));

    private Records() {}

    static ConsumerRecord<byte[], byte[]> record(long offset, String payload) {
        return record(offset, payload, new RecordHeaders());
    }

    static ConsumerRecord<byte[], byte[]> record(long offset, String payload, RecordHeaders headers) {
        byte[] value = payload.getBytes(StandardCharsets.UTF_8);
        return new ConsumerRecord<>(
                PARTITION.topic(),
                PARTITION.partition(),
                offset,
                offset,
                TimestampType.CREATE_TIME,
                -1,
                value.length,
                null,
                value,
                headers,
                Optional.empty());
    }

    /** @param answers false: each send waits for {@code completeNext} or {@code errorNext} */
    static MockProducer<byte[], byte[]> producer(boolean answers) {
        return new MockProducer<>(answers, null, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
