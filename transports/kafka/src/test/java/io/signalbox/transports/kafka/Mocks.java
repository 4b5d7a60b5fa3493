package io.signalbox.transports.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;

/** Producers without a cluster, oldest first. */
final class Mocks implements Producers.Source {
    final List<MockProducer<byte[], byte[]>> made = new CopyOnWriteArrayList<>();
    /** Kafka topics that no producer is told of. */
    final Set<String> gone = ConcurrentHashMap.newKeySet();

    volatile boolean ready = true;
    private final Supplier<MockProducer<byte[], byte[]>> making;

    Mocks(Supplier<MockProducer<byte[], byte[]>> making) {
        this.making = making;
    }

    @Override
    public Producer<byte[], byte[]> make() {
        MockProducer<byte[], byte[]> one = making.get();
        made.add(one);
        return one;
    }

    @Override
    public List<String> kafkaTopics() {
        return List.of("sb", "sb-other");
    }

    @Override
    public Duration answerWait() {
        return Duration.ofMillis(20);
    }

    @Override
    public boolean isKnown(Producer<byte[], byte[]> producer, String kafkaTopic) {
        return ready && !gone.contains(kafkaTopic);
    }
}
