package io.signalbox.transports.kafka;

import java.util.List;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.TimeoutException;

/** Lets a producer know where its Kafka topics are, so that it never has to find out while somebody publishes. */
record Introduction(Clients clients, String role, List<String> kafkaTopics) implements Producers.Source {
    @Override
    public Producer<byte[], byte[]> make() {
        return clients.producer(role);
    }

    @Override
    public boolean isReady(Producer<byte[], byte[]> producer) {
        boolean all = true;
        for (String topic : kafkaTopics) {
            all &= isKnown(producer, topic); // asks for all, then waits for all
        }
        return all;
    }

    @Override
    public String toString() {
        return kafkaTopics.toString();
    }

    private static boolean isKnown(Producer<byte[], byte[]> producer, String topic) {
        try {
            return !producer.partitionsFor(topic).isEmpty();
        } catch (TimeoutException e) {
            return false;
        }
    }
}
