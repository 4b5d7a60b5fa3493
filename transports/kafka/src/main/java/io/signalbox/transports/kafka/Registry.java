package io.signalbox.transports.kafka;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Session.Target;
import io.signalbox.transports.kafka.SessionRecord.Subscription;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all nodes know of all sessions: the newest record of each in a compacted Kafka topic, which every node reads to
 * its end at the start and follows from then on. Its one partition is the order in which nodes agree who has a session.
 */
final class Registry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long NODE_SILENT_NANOS = Duration.ofSeconds(30).toNanos();
    private static final int REMEMBERED_TOPICS_MAX = 4_096;
    /** The header that names the node that wrote a record. */
    private static final String BY = "node";

    private static final String SESSION = "s:";
    private static final String NODE = "n:";

    private final TopicPartition log;
    private final String node;
    private final Clients clients;
    private final Producer<byte[], byte[]> producer;
    private final Consumer<String> takenElsewhere;
    private final Map<String, Entry> sessions = new ConcurrentHashMap<>();
    private final Map<String, Long> nodesSeenNanos = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile Map<Topic, Boolean> remembered = new ConcurrentHashMap<>();
    private volatile boolean closing;
    private long followedTo = -1;
    private long readTo;
    private org.apache.kafka.clients.consumer.@Nullable Consumer<byte[], byte[]> consumer;

    /**
     * @param record null: it is gone
     * @param position of the record in the log; the higher counts
     */
    record Entry(@Nullable SessionRecord record, long position) {}

    /** @param takenElsewhere told of each session that another node has now, or has ended */
    Registry(
            Names names,
            String node,
            Clients clients,
            Producer<byte[], byte[]> producer,
            Consumer<String> takenElsewhere) {
        log = new TopicPartition(names.sessions(), 0);
        this.node = node;
        this.clients = clients;
        this.producer = producer;
        this.takenElsewhere = takenElsewhere;
        thread = Thread.ofPlatform().daemon().name("kafka-registry").unstarted(this::follow);
    }

    /** Blocks until all that is there is known. */
    void start(long end, Duration wait) {
        org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> reading = clients.reader();
        consumer = reading;
        reading.assign(List.of(log));
        reading.seekToBeginning(List.of(log));
        long deadline = System.nanoTime() + wait.toNanos();
        while (reading.position(log) < end) {
            reading.poll(POLL).forEach(this::apply);
            if (System.nanoTime() - deadline > 0) {
                throw new SignalboxException(ReasonCode.BUSY, log + " cannot be read to its end within " + wait);
            }
        }
        isReadTo(end);
        thread.start();
        heartbeat();
    }

    private void follow() {
        org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> reading = consumer;
        if (reading == null) {
            return;
        }
        try {
            while (!closing) {
                try {
                    reading.poll(POLL).forEach(this::apply);
                    isReadTo(reading.position(log));
                } catch (WakeupException e) {
                    LOG.debug("{} is read no more", log);
                } catch (RuntimeException e) {
                    LOG.warn("reading {} failed and is tried again: {}", log, e.toString());
                    Pauses.pause(POLL);
                }
            }
        } finally {
            Clients.end(reading);
        }
    }

    private synchronized void isReadTo(long offset) {
        readTo = offset;
        notifyAll();
    }

    /**
     * Waits until all that other nodes have said so far is known here.
     *
     * @throws SignalboxException BUSY if that takes too long
     */
    synchronized void catchUp(long end, Duration wait) {
        long deadline = System.nanoTime() + wait.toNanos();
        while (readTo < end) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0 || closing) {
                throw new SignalboxException(ReasonCode.BUSY, log + " is not read to offset " + end + " yet");
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SignalboxException(ReasonCode.SHUTTING_DOWN, "interrupted", e);
            }
        }
    }

    TopicPartition log() {
        return log;
    }

    private void apply(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return;
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (key.startsWith(NODE)) {
            if (record.value() == null) {
                nodesSeenNanos.remove(key.substring(NODE.length()));
            } else {
                nodesSeenNanos.put(key.substring(NODE.length()), System.nanoTime());
            }
        } else if (key.startsWith(SESSION)) {
            String name = key.substring(SESSION.length());
            SessionRecord now = read(name, record.value());
            boolean newer = follow(name, now, record.offset());
            if (newer
                    && !isOwn(record)
                    && (now == null || now.attached() && !now.owner().equals(node))) {
                takenElsewhere.accept(name);
            }
        }
    }

    private boolean isOwn(ConsumerRecord<byte[], byte[]> record) {
        Header by = record.headers().lastHeader(BY);
        return by != null && node.equals(new String(by.value(), StandardCharsets.UTF_8));
    }

    /** @return true if it is newer than what was known */
    private synchronized boolean follow(String name, @Nullable SessionRecord record, long position) {
        followedTo = position;
        boolean newer = position(name) < position;
        apply(name, record, position);
        Entry entry = sessions.get(name);
        if (entry != null && entry.record() == null && entry.position() <= position) {
            sessions.remove(name); // nothing older follows
        }
        return newer;
    }

    private synchronized void acknowledged(String name, @Nullable SessionRecord record, long position) {
        if (position > followedTo) {
            apply(name, record, position);
        }
    }

    private static @Nullable SessionRecord read(String name, byte @Nullable [] value) {
        if (value == null) {
            return null;
        }
        try {
            return SessionText.read(new String(value, StandardCharsets.UTF_8));
        } catch (SignalboxException e) {
            LOG.warn("session {} is passed over: {}", name, e.getMessage());
            return null;
        }
    }

    private void apply(String name, @Nullable SessionRecord record, long position) {
        if (position(name) < position) {
            sessions.put(name, new Entry(record, position));
            remembered = new ConcurrentHashMap<>();
        }
    }

    /** Completes when all nodes can see it; then it is in force here too. */
    CompletableFuture<Long> write(String name, SessionRecord record) {
        return send(name, record, SessionText.write(record).getBytes(StandardCharsets.UTF_8));
    }

    CompletableFuture<Long> delete(String name) {
        return send(name, null, null);
    }

    private CompletableFuture<Long> send(String name, @Nullable SessionRecord record, byte @Nullable [] value) {
        CompletableFuture<Long> written = new CompletableFuture<>();
        byte[] key = (SESSION + name).getBytes(StandardCharsets.UTF_8);
        try {
            RecordHeaders headers = new RecordHeaders();
            headers.add(BY, node.getBytes(StandardCharsets.UTF_8));
            producer.send(new ProducerRecord<>(log.topic(), 0, key, value, headers), (at, failure) -> {
                if (failure != null) {
                    written.completeExceptionally(new SignalboxException(
                            ReasonCode.BUSY, "the record of session '" + name + "' cannot be written: " + failure));
                } else {
                    acknowledged(name, record, at.offset());
                    written.complete(at.offset());
                }
            });
        } catch (RuntimeException e) {
            written.completeExceptionally(new SignalboxException(
                    ReasonCode.CLOSED, "the record of session '" + name + "' cannot be written: " + e, e));
        }
        return written;
    }

    @Nullable
    SessionRecord find(String name) {
        Entry entry = sessions.get(name);
        return entry == null ? null : entry.record();
    }

    /** Of the newest record; -1: there is none. */
    long position(String name) {
        Entry entry = sessions.get(name);
        return entry == null ? -1 : entry.position();
    }

    void forEach(java.util.function.BiConsumer<String, SessionRecord> action) {
        sessions.forEach((name, entry) -> {
            SessionRecord record = entry.record();
            if (record != null) {
                action.accept(name, record);
            }
        });
    }

    /** Is a session subscribed to the topic, here or at another node? */
    boolean anybody(Topic topic) {
        Map<Topic, Boolean> now = remembered;
        Boolean known = now.get(topic);
        if (known == null) {
            known = sessions.values().stream().anyMatch(entry -> wants(entry.record(), topic));
            if (now.size() >= REMEMBERED_TOPICS_MAX) {
                now.clear();
            }
            now.put(topic, known);
        }
        return known;
    }

    private static boolean wants(@Nullable SessionRecord record, Topic topic) {
        return record != null
                && record.subscriptions().stream()
                        .anyMatch(one -> one.spec().filter().matches(topic));
    }

    /** Does a session, present or away, belong to the share group? */
    boolean anyMember(Target target) {
        return sessions.values().stream().anyMatch(entry -> {
            SessionRecord record = entry.record();
            return record != null
                    && record.subscriptions().stream().map(Subscription::target).anyMatch(target::equals);
        });
    }

    /** To be called every few seconds. */
    void heartbeat() {
        sendNode(node.getBytes(StandardCharsets.UTF_8));
    }

    private void sendNode(byte @Nullable [] value) {
        byte[] key = (NODE + node).getBytes(StandardCharsets.UTF_8);
        try {
            producer.send(new ProducerRecord<>(log.topic(), 0, key, value), (at, failure) -> {
                if (failure != null) {
                    LOG.debug("a heartbeat was not written", failure);
                }
            });
        } catch (RuntimeException e) {
            LOG.debug("a heartbeat was not sent", e);
        }
    }

    /** Nothing was heard of it for a while. */
    boolean isSilent(String otherNode) {
        Long seen = nodesSeenNanos.get(otherNode);
        return !otherNode.equals(node) && (seen == null || System.nanoTime() - seen > NODE_SILENT_NANOS);
    }

    void goodbye() {
        sendNode(null);
    }

    @Override
    public void close() {
        closing = true;
        org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
    }
}
