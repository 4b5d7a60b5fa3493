package io.signalbox.client.application;

import io.signalbox.client.ClientConfig;
import io.signalbox.client.subscribe.Subscription;
import io.signalbox.codec.CodecException;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One listener, for what is published and for what is sent to its application. */
final class BusSubscription<T> implements Subscription {
    private static final Logger LOGGER = LoggerFactory.getLogger(BusSubscription.class);

    private final Source source;
    private final TopicFilter filter;
    private final Class<T> type;
    private final ClientConfig config;
    private final MessageListener<T> listener;
    private final Consumer<BusSubscription<T>> closing;
    private @Nullable Subscription published;

    BusSubscription(
            Source source,
            TopicFilter filter,
            Class<T> type,
            ClientConfig config,
            MessageListener<T> listener,
            Consumer<BusSubscription<T>> closing) {
        this.source = source;
        this.filter = filter;
        this.type = type;
        this.config = config;
        this.listener = listener;
        this.closing = closing;
    }

    Source source() {
        return source;
    }

    TopicFilter filter() {
        return filter;
    }

    void attach(Subscription value) {
        published = value;
    }

    /** Published, or sent here alone: two threads may come. @return false: it is of none it listens to */
    synchronized boolean offer(Message message, Topic topic) throws Exception {
        Identity sender = Identity.parse(message.properties().from());
        if (!source.matches(sender)) {
            return false;
        }
        T value;
        try {
            value = type.cast(type == Message.class ? message : config.codecs().decode(message, type));
        } catch (CodecException e) {
            LOGGER.warn("a message at {} is no {}: {}", topic, type.getSimpleName(), e.getMessage());
            throw e;
        }
        if (value != null) {
            listener.onMessage(
                    value,
                    sender,
                    MessageContext.of(message, topic.nativeText(), config.time().millis()));
        }
        return true;
    }

    private Subscription published() {
        Subscription made = published;
        if (made == null) {
            throw new IllegalStateException("not subscribed yet");
        }
        return made;
    }

    @Override
    public CompletionStage<?> granted() {
        return published().granted();
    }

    @Override
    public CompletionStage<?> ended() {
        return published().ended();
    }

    @Override
    public long dropped() {
        return published().dropped();
    }

    @Override
    public void close() {
        published().close();
        closing.accept(this);
    }
}
