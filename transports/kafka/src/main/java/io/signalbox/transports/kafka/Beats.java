package io.signalbox.transports.kafka;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.time.TimeSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The nodes' signs of life, which stand among the records of the sessions: who is there, and what time it is. */
final class Beats {
    private static final Logger LOG = LoggerFactory.getLogger(Beats.class);

    /** Begins the key of a node's record. */
    static final String KEY = "n:";

    private static final byte[] SIGN = {1};

    private final TopicPartition log;
    private final String self;
    private final Producer<byte[], byte[]> producer;
    private final Neighbours neighbours;
    private final ClusterClock clock = new ClusterClock();
    private final TimeSource time;

    Beats(TopicPartition log, String self, Producer<byte[], byte[]> producer, Pace pace) {
        this.log = log;
        this.self = self;
        this.producer = producer;
        neighbours = new Neighbours(self, pace);
        TimeSource given = pace.clusterTime();
        time = given == null ? clock : given;
    }

    /** By which sessions expire, the same for all nodes. */
    TimeSource time() {
        return time;
    }

    /** To be called every few seconds. */
    void beat() {
        send(self, SIGN).exceptionally(failure -> {
            LOG.debug("a beat was not written", failure);
            return -1L;
        });
    }

    /**
     * The first, after which this node listens.
     *
     * @return its offset
     */
    long begin(Duration wait) {
        try {
            return send(self, SIGN).get(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new SignalboxException(ReasonCode.BUSY, log + " takes no beat within " + wait + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SignalboxException(ReasonCode.SHUTTING_DOWN, "interrupted", e);
        }
    }

    void goodbye() {
        forget(self);
    }

    /** A node that is gone for good. Should it live all the same, its next beat says so. */
    void forget(String node) {
        neighbours.left(node);
        send(node, null).exceptionally(failure -> {
            LOG.debug("the end of node {} was not written", node, failure);
            return -1L;
        });
    }

    private CompletableFuture<Long> send(String node, byte @Nullable [] value) {
        CompletableFuture<Long> sent = new CompletableFuture<>();
        byte[] key = (KEY + node).getBytes(StandardCharsets.UTF_8);
        try {
            producer.send(new ProducerRecord<>(log.topic(), 0, key, value), (at, failure) -> {
                if (failure != null) {
                    sent.completeExceptionally(failure);
                } else {
                    sent.complete(at.offset());
                }
            });
        } catch (RuntimeException e) {
            sent.completeExceptionally(e);
        }
        return sent;
    }

    /** One was read. */
    void read(String node, ConsumerRecord<byte[], byte[]> record) {
        long nowNanos = System.nanoTime();
        if (record.value() == null) {
            neighbours.left(node);
            return;
        }
        if (node.equals(self)) {
            if (record.timestampType() == TimestampType.LOG_APPEND_TIME) {
                clock.beat(record.timestamp(), nowNanos);
            }
        }
        neighbours.heard(node, nowNanos);
    }

    /**
     * To be called when the first has come back.
     *
     * @throws IllegalArgumentException if the Kafka topic keeps the senders' times and not the brokers'
     */
    void demandBrokersTime() {
        KafkaConfig.check(
                clock.isSet(),
                log.topic() + " keeps the senders' times, by which one with a wrong clock would end the sessions of all"
                        + " others; set its " + TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG + " to LogAppendTime");
    }

    boolean isSilent(String node) {
        return neighbours.isSilent(node, System.nanoTime());
    }

    List<String> silent() {
        return neighbours.silent(System.nanoTime());
    }
}
