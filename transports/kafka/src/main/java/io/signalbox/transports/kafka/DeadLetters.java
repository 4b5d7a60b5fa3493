package io.signalbox.transports.kafka;

import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.message.envelope.FieldNames;
import io.signalbox.transports.delivery.DeadReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Kafka topic of messages that could not be delivered, as they came, with the reason in {@code sb-dead-} headers. */
final class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final long AGAIN_MILLIS = 1_000;

    private final String kafkaTopic;
    private final Producer<byte[], byte[]> producer;
    private final RecordMapping mapping;
    private final ScheduledExecutorService later;

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

    /** Why, and whose. */
    record Death(DeadReason reason, String detail, String session, int attempts) {
        void tell(RecordHeaders headers) {
            headers.add(RecordMapping.DEAD + "reason", RecordMapping.bytes(reason.text()));
            headers.add(RecordMapping.DEAD + "detail", RecordMapping.bytes(detail));
            headers.add(RecordMapping.DEAD + "session", RecordMapping.bytes(session));
            headers.add(RecordMapping.DEAD + "attempts", RecordMapping.bytes(Integer.toString(attempts)));
        }
    }

    /** @param safe run when the cluster has it; until then it is tried again and again */
    void bury(Message message, Death death, Runnable safe) {
        Message lasting = message.ttlMillis() == 0
                ? message
                : message.toBuilder().ttlMillis(0).build();
        RecordHeaders headers = RecordMapping.headers(lasting, null);
        String key = message.properties().orderingKey();
        death.tell(headers);
        send(
                new ProducerRecord<>(
                        kafkaTopic, 0, key == null ? null : RecordMapping.bytes(key), message.payload(), headers),
                safe);
    }

    /** For a record that is no message: its bytes. */
    void bury(ConsumerRecord<byte[], byte[]> record, Death death, Runnable safe) {
        RecordHeaders headers = new RecordHeaders(record.headers());
        if (headers.lastHeader(FieldNames.TOPIC) == null) {
            headers.add(
                    FieldNames.TOPIC,
                    RecordMapping.bytes(mapping.layout().topicOf(record.topic()).text()));
        }
        death.tell(headers);
        send(new ProducerRecord<>(kafkaTopic, 0, record.key(), record.value(), headers), safe);
    }

    private void send(ProducerRecord<byte[], byte[]> record, Runnable safe) {
        try {
            producer.send(record, (at, failure) -> {
                if (failure == null) {
                    safe.run();
                } else {
                    again(record, safe, failure);
                }
            });
        } catch (RuntimeException e) {
            again(record, safe, e);
        }
    }

    /** After the end of this transport it comes again, since it is not settled. */
    private void again(ProducerRecord<byte[], byte[]> record, Runnable safe, Exception failure) {
        LOG.debug("a dead letter was not written and is tried again", failure);
        if (!later.isShutdown()) {
            later.schedule(() -> send(record, safe), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
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
            Header reason = record.headers().lastHeader(RecordMapping.DEAD + "reason");
            LOG.debug("a dead letter that is no message, {}", reason);
            return Message.to(mapping.topic(record))
                    .payload(record.value() == null ? new byte[0] : record.value())
                    .build();
        }
    }
}
