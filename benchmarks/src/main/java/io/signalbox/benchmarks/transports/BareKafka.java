package io.signalbox.benchmarks.transports;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** kafka-clients by hand: an idempotent producer with the transport's batches, a consumer that commits what it polled. */
final class BareKafka implements Contender {
    private static final int BATCH_BYTES = 64 << 10;
    private static final Duration POLL = Duration.ofSeconds(1);

    private final String bootstrap;
    private final Admin admin;
    private final Producer<byte[], byte[]> producer;
    private final TopicPartition partition;

    BareKafka(String bootstrap, String topic) throws Exception {
        this.bootstrap = bootstrap;
        partition = new TopicPartition(topic, 0);
        admin = Admin.create(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap));
        admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty())))
                .all()
                .get();
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.LINGER_MS_CONFIG,
                        1,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        BATCH_BYTES),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @Override
    public String name() {
        return "kafka-clients";
    }

    @Override
    public void publish(int messages, byte[] payload, int window) throws InterruptedException {
        Semaphore free = new Semaphore(window);
        CountDownLatch confirmed = new CountDownLatch(messages);
        byte[] topic = "bench/topic".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < messages; i++) {
            free.acquire();
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(partition.topic(), payload);
            record.headers().add("sb-topic", topic);
            producer.send(record, (metadata, failure) -> {
                free.release();
                if (failure == null) { // or it waits for ever, which nobody takes for a result
                    confirmed.countDown();
                }
            });
        }
        confirmed.await();
    }

    @Override
    public long consume(int messages, int credit) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, partition.topic());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, credit);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        long began = System.nanoTime();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            int left = messages;
            Tally tally = new Tally();
            while (left > 0) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    Header topic = record.headers().lastHeader("sb-topic");
                    tally.handle(new String(topic.value(), StandardCharsets.UTF_8), record.value());
                }
                left -= records.count();
                consumer.commitAsync();
            }
            consumer.commitSync();
            tally.demand(messages);
            return System.nanoTime() - began;
        }
    }

    @Override
    public void close() throws Exception {
        producer.close();
        admin.deleteTopics(List.of(partition.topic())).all().get();
        admin.close();
    }
}
