package io.signalbox.transports.kafka;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Session.Target;
import io.signalbox.transports.kafka.SessionRecord.Subscription;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all nodes know of all sessions: the newest record of each in a compacted Kafka topic. Written here, and read back
 * by the {@link SessionsLog}. Thread safe.
 */
final class Registry {
    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);
    private static final int REMEMBERED_TOPICS_MAX = 4_096;

    /** Begins the key of a session's record. */
    static final String KEY = "s:";

    /** The header that names the node that wrote a record. */
    private static final String BY = "node";

    private final TopicPartition log;
    private final String node;
    private final Producer<byte[], byte[]> producer;
    private final Map<String, Entry> sessions = new ConcurrentHashMap<>();
    private volatile Map<Topic, Boolean> remembered = new ConcurrentHashMap<>();
    private long followedTo = -1;

    /**
     * @param record null: it is gone
     * @param position of the record in the log; the higher counts
     */
    private record Entry(@Nullable SessionRecord record, long position) {}

    /** What another node has said of a session. On the thread that reads. */
    interface News {
        /** Another node has it now, or has ended it. */
        void takenElsewhere(String name);

        /** Another node took this one for dead, and with it the session's connection. */
        void thoughtDead(String name);
    }

    Registry(TopicPartition log, String node, Producer<byte[], byte[]> producer) {
        this.log = log;
        this.node = node;
        this.producer = producer;
    }

    /** One was read. */
    void read(String name, ConsumerRecord<byte[], byte[]> record, News news) {
        SessionRecord now = read(name, record.value());
        if (!follow(name, now, record.offset()) || isOwn(record)) {
            return;
        }
        if (now == null || now.attached() && !now.owner().equals(node)) {
            news.takenElsewhere(name);
        } else if (!now.attached() && now.owner().equals(node)) {
            news.thoughtDead(name);
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
        byte[] key = (KEY + name).getBytes(StandardCharsets.UTF_8);
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

    /** Does the newest record say that this node has it? */
    boolean isHere(String name) {
        SessionRecord record = find(name);
        return record != null && record.attached() && record.owner().equals(node);
    }

    void forEach(BiConsumer<String, SessionRecord> action) {
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
}
