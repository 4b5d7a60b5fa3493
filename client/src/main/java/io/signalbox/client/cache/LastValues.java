package io.signalbox.client.cache;

import io.signalbox.client.subscribe.SubscribeOptions;
import io.signalbox.client.subscribe.Subscription;
import io.signalbox.client.subscribe.Typed;
import io.signalbox.codec.CodecException;
import io.signalbox.codec.MessageCodec;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The last message of each topic of a filter, kept in memory: it can be asked while there is no connection. When there
 * are more topics than it may keep, the one that has not changed for longest is forgotten. Thread safe.
 */
public final class LastValues implements AutoCloseable {
    private final int topicsMax;
    private final MessageCodec codecs;
    private final Map<Topic, Message> values = new LinkedHashMap<>();
    private @Nullable Subscription subscription;
    private long forgotten;

    private LastValues(int topicsMax, MessageCodec codecs) {
        if (topicsMax < 1) {
            throw new IllegalArgumentException("topicsMax is " + topicsMax + "; it must be at least 1");
        }
        this.topicsMax = topicsMax;
        this.codecs = codecs;
    }

    /** @param options retained messages, or a past ({@code topic-last}), fill it from the start */
    public static LastValues of(Typed typed, MessageCodec codecs, SubscribeOptions options, int topicsMax) {
        LastValues cache = new LastValues(topicsMax, codecs);
        cache.subscription = typed.subscribe(options, Message.class, received -> cache.put(received.message()));
        return cache;
    }

    private synchronized void put(Message message) {
        values.remove(message.topic());
        if (message.payload().length == 0) {
            return; // As with retained messages: an empty one clears (MQTT 5, 3.3.1.3).
        }
        values.put(message.topic(), message);
        if (values.size() > topicsMax) {
            values.remove(values.keySet().iterator().next());
            forgotten++;
        }
    }

    public synchronized Optional<Message> message(String topic) {
        return Optional.ofNullable(values.get(Topic.ofMqtt(topic)));
    }

    /** @throws CodecException if the last message holds no value of that type */
    public <T> Optional<T> value(String topic, Class<T> type) {
        return message(topic).flatMap(message -> Optional.ofNullable(type.cast(codecs.decode(message, type))));
    }

    /** A copy; the least recently changed first. */
    public synchronized Map<Topic, Message> all() {
        return new LinkedHashMap<>(values);
    }

    public synchronized int size() {
        return values.size();
    }

    /** Topics that had to make room. */
    public synchronized long forgotten() {
        return forgotten;
    }

    /** @return done when the server has granted the subscription */
    public CompletionStage<?> granted() {
        Subscription made = subscription;
        if (made == null) {
            throw new IllegalStateException("not subscribed yet");
        }
        return made.granted();
    }

    @Override
    public void close() {
        if (subscription != null) {
            subscription.close();
        }
    }
}
