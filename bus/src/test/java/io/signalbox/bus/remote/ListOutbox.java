package io.signalbox.bus.remote;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An outbox in memory. Guarded by itself. */
final class ListOutbox implements Outbox {
    final List<Entry> entries = new ArrayList<>();
    /** With their reasons. */
    final Map<Entry, String> aside = new LinkedHashMap<>();

    boolean isDown;
    boolean isReadOnly;
    private long last;
    private int asked;

    @Override
    public synchronized void add(Message message) {
        entries.add(new Entry(++last, message));
    }

    synchronized void add(@Nullable String key, String payload) {
        add("shop", key, payload);
    }

    synchronized void add(String topic, @Nullable String key, String payload) {
        add(Message.to(Topic.ofMqtt(topic))
                .payload(payload)
                .properties(MessageProperties.builder().orderingKey(key).build())
                .build());
    }

    @Override
    public synchronized List<Entry> oldest(int limit, Paused without) {
        asked++;
        if (isDown) {
            throw new IllegalStateException("no connection");
        }
        Set<String> stopped = new HashSet<>();
        return entries.stream()
                .filter(entry -> !isStopped(entry, without, stopped) && !aside.containsKey(entry))
                .filter(entry -> entry.key() == null
                        ? !without.numbers().contains(entry.number())
                        : !without.keys().contains(entry.key()) && !isBehindOneAside(entry))
                .limit(limit)
                .toList();
    }

    /** By its topic, or by that of one before it in its key. */
    private static boolean isStopped(Entry entry, Paused without, Set<String> stoppedKeys) {
        String key = entry.key();
        if (!without.topics().contains(entry.message().topic())) {
            return key != null && stoppedKeys.contains(key);
        }
        if (key != null) {
            stoppedKeys.add(key);
        }
        return true;
    }

    private boolean isBehindOneAside(Entry entry) {
        return aside.keySet().stream()
                .anyMatch(one -> String.valueOf(entry.key()).equals(one.key()));
    }

    @Override
    public synchronized void remove(List<Entry> sent) {
        if (isReadOnly) {
            throw new IllegalStateException("the disk is full");
        }
        entries.removeAll(sent);
    }

    @Override
    public synchronized void setAside(Entry entry, String reason) {
        aside.put(entry, reason);
    }

    /** Somebody has seen to what was set aside. */
    synchronized void putBack() {
        aside.clear();
    }

    /** How often for the oldest. */
    synchronized int asked() {
        return asked;
    }

    synchronized List<String> payloads() {
        return entries.stream().map(entry -> entry.message().payloadText()).toList();
    }
}
