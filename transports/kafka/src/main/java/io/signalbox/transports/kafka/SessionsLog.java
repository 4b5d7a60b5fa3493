package io.signalbox.transports.kafka;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the Kafka topic of the sessions: at the start to its end, and from then on what comes, on a thread of its own.
 * Its one partition is the order in which nodes agree who has a session.
 */
final class SessionsLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionsLog.class);
    private static final Duration POLL = Duration.ofMillis(500);

    private final TopicPartition partition;
    private final Clients clients;
    private final Registry registry;
    private final Beats beats;
    private final Registry.News news;
    private final Thread thread;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private volatile boolean closing;
    private long readTo;

    SessionsLog(TopicPartition partition, Clients clients, Registry registry, Beats beats, Registry.News news) {
        this.partition = partition;
        this.clients = clients;
        this.registry = registry;
        this.beats = beats;
        this.news = news;
        thread = Thread.ofPlatform().daemon().name("kafka-sessions").unstarted(this::follow);
    }

    TopicPartition partition() {
        return partition;
    }

    /**
     * Gives this node's first sign and blocks until it, and all before it, is read.
     *
     * @throws SignalboxException BUSY if that takes too long
     * @throws IllegalArgumentException if the Kafka topic is not as it has to be
     */
    void start(Duration wait) {
        Consumer<byte[], byte[]> reading = clients.reader();
        consumer = reading;
        reading.assign(List.of(partition));
        reading.seekToBeginning(List.of(partition));
        long end = beats.begin(wait) + 1;
        long deadline = System.nanoTime() + wait.toNanos();
        while (reading.position(partition) < end) {
            reading.poll(POLL).forEach(this::apply);
            if (System.nanoTime() - deadline > 0) {
                throw new SignalboxException(ReasonCode.BUSY, partition + " cannot be read to its end within " + wait);
            }
        }
        beats.demandBrokersTime();
        isReadTo(end);
        thread.start();
    }

    private void follow() {
        Consumer<byte[], byte[]> reading = consumer;
        if (reading == null) {
            return;
        }
        try {
            while (!closing) {
                try {
                    reading.poll(POLL).forEach(this::apply);
                    isReadTo(reading.position(partition));
                } catch (WakeupException e) {
                    LOG.debug("{} is read no more", partition);
                } catch (RuntimeException e) {
                    LOG.warn("reading {} failed and is tried again: {}", partition, e.toString());
                    Pauses.pause(POLL);
                }
            }
        } finally {
            Clients.end(reading);
        }
    }

    private void apply(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return;
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (key.startsWith(Beats.KEY)) {
            beats.read(key.substring(Beats.KEY.length()), record);
        } else if (key.startsWith(Registry.KEY)) {
            registry.read(key.substring(Registry.KEY.length()), record, news);
        }
    }

    private synchronized void isReadTo(long offset) {
        readTo = offset;
        notifyAll();
    }

    /**
     * Waits until all that other nodes had said is known here.
     *
     * @param end of the log, as it was when it was asked for
     * @throws SignalboxException BUSY if that takes too long
     */
    synchronized void catchUp(long end, Duration wait) {
        long deadline = System.nanoTime() + wait.toNanos();
        while (readTo < end) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0 || closing) {
                throw new SignalboxException(ReasonCode.BUSY, partition + " is not read to offset " + end + " yet");
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SignalboxException(ReasonCode.SHUTTING_DOWN, "interrupted", e);
            }
        }
    }

    @Override
    public void close() {
        closing = true;
        Consumer<byte[], byte[]> reading = consumer;
        if (reading == null) {
            return;
        }
        if (thread.getState() == Thread.State.NEW) {
            Clients.end(reading);
        } else {
            reading.wakeup();
        }
    }
}
