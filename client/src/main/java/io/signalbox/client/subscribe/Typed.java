package io.signalbox.client.subscribe;

import io.signalbox.codec.CodecException;
import io.signalbox.codec.MessageCodec;
import io.signalbox.message.Message;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Values instead of messages: what cannot be read never reaches the application, and goes to the dead letters. */
public final class Typed {
    private static final Logger LOGGER = LoggerFactory.getLogger(Typed.class);

    private final Subscriptions subscriptions;
    private final MessageCodec codecs;

    public Typed(Subscriptions subscriptions, MessageCodec codecs) {
        this.subscriptions = subscriptions;
        this.codecs = codecs;
    }

    public <T> Subscription subscribe(SubscribeOptions options, Class<T> type, Listener<T> listener) {
        boolean byHand = options.settledByHand();
        return subscriptions.add(
                options,
                arrival -> read(arrival, type, received -> call(listener, received, byHand)),
                LocalSubscription.UNLIMITED);
    }

    /** Each subscriber gets a subscription of its own, and settles what it gets. */
    public <T> Flow.Publisher<Received<T>> publisher(SubscribeOptions options, Class<T> type) {
        return subscriber -> FlowSubscription.start(this, options, type, subscriber);
    }

    /** With no demand yet. */
    <T> LocalSubscription waiting(SubscribeOptions options, Class<T> type, Consumer<Received<T>> consumer) {
        return subscriptions.add(options, arrival -> read(arrival, type, consumer), 0);
    }

    private <T> void read(Arrival arrival, Class<T> type, Consumer<Received<T>> consumer) {
        Message message = arrival.message();
        T value;
        try {
            value = type.cast(type == Message.class ? message : codecs.decode(message, type));
        } catch (CodecException | ClassCastException e) {
            LOGGER.warn("a message at {} is no {}: {}", message.topic(), type.getSimpleName(), e.getMessage());
            arrival.settling().reject(true, String.valueOf(e.getMessage()));
            return;
        }
        if (value == null) {
            arrival.settling().reject(true, "there is no value in it");
            return;
        }
        consumer.accept(new Received<>(value, message, arrival.settling()));
    }

    private static <T> void call(Listener<T> listener, Received<T> received, boolean byHand) {
        try {
            listener.on(received);
            if (!byHand) {
                received.accept();
            }
        } catch (Exception e) {
            LOGGER.warn("a listener failed at a message of {}", received.topic(), e);
            received.reject("the receiver failed: " + e);
        }
    }
}
