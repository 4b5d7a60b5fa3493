package io.signalbox.transports.kafka;

import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.message.envelope.FieldNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Kafka topic of messages that could not be delivered, as they came, with the reason in {@code sb-dead-} headers.
 * What is tried again is bounded by what the sessions hold unsettled.
 */
final class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final long AGAIN_MILLIS = 1_000;

    private final String kafkaTopic;
    private final Producer<byte[], byte[]> producer;
    private final RecordMapping mapping;
    private final ScheduledExecutorService later;
    private final AtomicBoolean troubled = new AtomicBoolean();

    DeadLetters(
            String kafkaTopic,
            Producer<byte[], byte[]> producer,
            RecordMapping mapping,
            ScheduledExecutorService later) {
        this.kafkaTopic = kafkaTopic;
        this.producer = producer;
        this.mapping = mapping;
        this.later = later;
    }

    /**
     * One on its way.
     *
     * @param topic what it was published to
     * @param cut it is the rest of one that was too large
     */
    private record Letter(
            ProducerRecord<byte[], byte[]> record, String topic, Death death, boolean cut, Runnable safe) {}

    /** @param safe run when the cluster has it; until then it is tried again and again */
    void bury(Message message, Death death, Runnable safe) {
        Message lasting = message.ttlMillis() == 0
                ? message
                : message.toBuilder().ttlMillis(0).build();
        RecordHeaders headers = RecordMapping.headers(lasting, null);
        String orderingKey = message.properties().orderingKey();
        byte[] key = orderingKey == null ? null : RecordMapping.bytes(orderingKey);
        death.tell(headers);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(kafkaTopic, 0, key, message.payload(), headers);
        send(new Letter(record, message.topic().text(), death, false, safe));
    }

    /** For a record that is no message: its bytes. */
    void bury(ConsumerRecord<byte[], byte[]> record, Death death, Runnable safe) {
        RecordHeaders headers = new RecordHeaders(record.headers());
        String topic = mapping.layout().topicOf(record.topic()).text();
        if (headers.lastHeader(FieldNames.TOPIC) == null) {
            headers.add(FieldNames.TOPIC, RecordMapping.bytes(topic));
        }
        death.tell(headers);
        send(new Letter(
                new ProducerRecord<>(kafkaTopic, 0, record.key(), record.value(), headers), topic, death, false, safe));
    }

    private void send(Letter letter) {
        try {
            producer.send(letter.record, (at, failure) -> {
                if (failure == null) {
                    if (troubled.compareAndSet(true, false)) {
                        LOG.info("{} takes dead letters again", kafkaTopic);
                    }
                    letter.safe.run();
                } else {
                    failed(letter, failure);
                }
            });
        } catch (RuntimeException e) {
            failed(letter, e);
        }
    }

    private void failed(Letter letter, Exception failure) {
        if (failure instanceof RecordTooLargeException || failure instanceof RecordBatchTooLargeException) {
            cut(letter, failure);
        } else {
            again(letter, failure);
        }
    }

    /** No try makes it smaller: what it was about, and where it is, has to do. */
    private void cut(Letter letter, Exception failure) {
        Death death = letter.death;
        if (letter.cut) {
            LOG.error("a dead letter is lost, since not even its headers fit: {}: {}", death, failure.toString());
            letter.safe.run();
            return;
        }
        byte[] value = letter.record.value();
        String bytes = String.valueOf(value == null ? 0 : value.length);
        RecordHeaders headers = new RecordHeaders();
        headers.add(FieldNames.TOPIC, RecordMapping.bytes(letter.topic));
        death.tell(headers);
        Death.add(headers, "cut", bytes);
        LOG.warn("a dead letter is too large and kept without its {} bytes: {}", bytes, death);
        send(new Letter(
                new ProducerRecord<byte[], byte[]>(kafkaTopic, 0, (byte @Nullable []) null, new byte[0], headers),
                letter.topic,
                death,
                true,
                letter.safe));
    }

    /** After the end of this transport it comes again, since it is not settled. */
    private void again(Letter letter, Exception failure) {
        if (troubled.compareAndSet(false, true)) {
            LOG.warn("{} does not take dead letters, which are tried again: {}", kafkaTopic, failure.toString());
        }
        if (!later.isShutdown()) {
            later.schedule(() -> send(letter), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** The oldest; blocks. */
    List<Message> look(Clients clients, Cluster cluster, int max, Duration wait) {
        List<TopicPartition> partitions = List.of(new TopicPartition(kafkaTopic, 0));
        Map<TopicPartition, Walk.Stretch> stretches = new HashMap<>();
        Map<TopicPartition, Long> ends = cluster.ends(partitions);
        cluster.beginnings(partitions)
                .forEach((partition, from) ->
                        stretches.put(partition, new Walk.Stretch(from, ends.getOrDefault(partition, from))));
        List<Message> letters = new ArrayList<>();
        try (Walk walk = new Walk(clients.reader(), stretches)) {
            Patience patience = new Patience(wait);
            while (letters.size() < max && !walk.isOver()) {
                ConsumerRecord<byte[], byte[]> record = walk.next(Patience.STEP);
                patience.progress(record != null);
                if (record != null) {
                    letters.add(message(record));
                }
            }
        }
        return letters;
    }

    private Message message(ConsumerRecord<byte[], byte[]> record) {
        try {
            return mapping.message(record);
        } catch (SignalboxException e) {
            Header reason = record.headers().lastHeader(Death.HEADER + "reason");
            LOG.debug("a dead letter that is no message, {}", reason);
            return Message.to(mapping.topic(record))
                    .payload(record.value() == null ? new byte[0] : record.value())
                    .build();
        }
    }
}
