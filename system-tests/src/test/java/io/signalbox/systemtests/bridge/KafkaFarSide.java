package io.signalbox.systemtests.bridge;

import io.signalbox.systemtests.process.KafkaProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Kafka, with three partitions, read with a bare consumer of Kafka's own library. */
final class KafkaFarSide implements FarSide {
    private static final String TOPIC = "signalbox";
    private static final Duration POLL = Duration.ofMillis(50);

    private final KafkaProcess kafka = new KafkaProcess();
    private final Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrap(), "allow.auto.create.topics", "false"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    private final List<Crossed> read = new ArrayList<>();

    @Override
    public List<String> settings() {
        return List.of("type: kafka", "bootstrap-servers: " + kafka.bootstrap(), "partitions: 3");
    }

    @Override
    public String durability() {
        return "BUFFERED: all replicas that are in sync have it, at least 1 of 1";
    }

    @Override
    public List<Crossed> read() {
        if (consumer.assignment().isEmpty()) {
            List<TopicPartition> partitions = consumer.partitionsFor(TOPIC).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(POLL).forEach(record -> read.add(crossed(record)));
        }
        return List.copyOf(read);
    }

    private static Crossed crossed(ConsumerRecord<byte[], byte[]> record) {
        return new Crossed(
                header(record, "sb-topic"),
                header(record, "sb-id"),
                record.key() == null ? "" : text(record.key()),
                header(record, "content-type"),
                header(record, "tenant"),
                record.value());
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : text(header.value());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void kill() {
        kafka.kill();
    }

    @Override
    public void restart() {
        kafka.start();
    }

    @Override
    public void close() {
        consumer.close();
        kafka.close();
    }
}
