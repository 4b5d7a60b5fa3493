package io.signalbox.transports.kafka;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.connection.PublishBound;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/** Publishes, and answers when all replicas that are in sync have the record. Thread safe; never blocks. */
final class Publisher {
    private final Producer<byte[], byte[]> producer;
    private final RecordMapping mapping;
    private final TimeSource time;
    private final Predicate<Topic> anybody;
    private final Durability reached;
    private final PublishBound bound;
    private volatile boolean closing;

    /** @param reached by a record that the cluster has answered */
    Publisher(
            Producer<byte[], byte[]> producer,
            RecordMapping mapping,
            PublishLimits limits,
            TimeSource time,
            Predicate<Topic> anybody,
            Durability reached) {
        this.producer = producer;
        this.mapping = mapping;
        this.time = time;
        this.anybody = anybody;
        this.reached = reached;
        bound = new PublishBound(limits.messagesMax(), limits.bytesMax());
    }

    /** @param session null: published in nobody's name */
    void publish(Message message, @Nullable String session, PublishCallback callback, long context) {
        int bytes = message.sizeBytes();
        Refusal full = bound.enter(bytes);
        if (full != null) {
            callback.refused(context, full);
            return;
        }
        Outgoing outgoing = new Outgoing(message.topic(), bytes, callback, context);
        try {
            producer.send(mapping.record(message, session, time.millis()), outgoing);
        } catch (RuntimeException e) {
            outgoing.failed(e);
        }
    }

    /** What is refused from now on is refused because of the end. */
    void closing() {
        closing = true;
    }

    private final class Outgoing implements Callback {
        private final Topic topic;
        private final int bytes;
        private final PublishCallback callback;
        private final long context;
        /** Some failures are both called back and thrown, one after the other and by one thread; and no answer counts twice. */
        private boolean answered;

        private Outgoing(Topic topic, int bytes, PublishCallback callback, long context) {
            this.topic = topic;
            this.bytes = bytes;
            this.callback = callback;
            this.context = context;
        }

        @Override
        public void onCompletion(@Nullable RecordMetadata at, @Nullable Exception failure) {
            if (failure != null || at == null) {
                failed(failure);
            } else if (!answered) {
                answered = true;
                bound.leave(bytes);
                long sequence = at.hasOffset() ? mapping.layout().sequence(at.topic(), at.partition(), at.offset()) : 0;
                callback.published(
                        context,
                        anybody.test(topic) ? Receipt.Outcome.ROUTED : Receipt.Outcome.NO_SUBSCRIBERS,
                        reached,
                        sequence);
            }
        }

        private void failed(@Nullable Exception failure) {
            if (!answered) {
                answered = true;
                bound.leave(bytes);
                callback.refused(context, refusal(failure));
            }
        }

        private Refusal refusal(@Nullable Exception failure) {
            return switch (failure) {
                case RecordTooLargeException e ->
                    new Refusal(ReasonCode.PAYLOAD_TOO_LARGE, "with its headers the message is too large: " + e);
                case AuthorizationException e ->
                    new Refusal(ReasonCode.NOT_AUTHORIZED, "the cluster does not allow it: " + e);
                case null, default ->
                    closing
                            ? new Refusal(ReasonCode.SHUTTING_DOWN, "this transport is closed: " + failure)
                            : new Refusal(ReasonCode.BUSY, "the cluster did not take the message: " + failure);
            };
        }
    }
}
