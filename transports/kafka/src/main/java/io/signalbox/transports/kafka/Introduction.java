package io.signalbox.transports.kafka;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Lets a producer know where its Kafka topics are, so that it never has to find out while somebody publishes. */
record Introduction(Clients clients, String role, List<String> kafkaTopics) implements Producers.Source {
    @Override
    public Producer<byte[], byte[]> make() {
        return clients.producer(role);
    }

    @Override
    public Duration answerWait() {
        return clients.config().answerWait();
    }

    @Override
    public String toString() {
        return kafkaTopics.toString();
    }

    /** One that may not be seen, or whose name the cluster does not like, is not known either. */
    @Override
    public boolean isKnown(Producer<byte[], byte[]> producer, String kafkaTopic) {
        try {
            return !producer.partitionsFor(kafkaTopic).isEmpty();
        } catch (KafkaException e) {
            return false;
        }
    }

    @Override
    public boolean isAbsent(Producer<byte[], byte[]> producer, String kafkaTopic) {
        try {
            producer.partitionsFor(kafkaTopic);
            return false;
        } catch (TimeoutException e) {
            return e.getCause() instanceof UnknownTopicOrPartitionException; // what it was last told, if anything
        } catch (KafkaException e) {
            return false;
        }
    }
}
