package io.signalbox.bus.remote;

import io.signalbox.bus.message.Completion;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.MessageType;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.codec.CodecException;
import io.signalbox.codec.MessageCodec;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** An envelope as a message of the transport, and back. */
final class WireForm {
    /** Correlation travels as a header: the correlation property belongs to request and reply. */
    private static final String CORRELATION = "sb-correlation";

    private static final String RESERVED = "sb-";

    private final MessageCodec codec;

    WireForm(MessageCodec codec) {
        this.codec = codec;
    }

    MessageProperties.Builder properties(Envelope<?> envelope, MessageKind kind, MessageType type) {
        SendOptions options = envelope.meta().options();
        return MessageProperties.builder()
                .id(envelope.id())
                .kind(kind)
                .from(options.from())
                .to(options.to())
                .causationId(envelope.meta().causationId())
                .traceparent(options.traceparent())
                .orderingKey(options.orderingKey())
                .idempotencyKey(options.idempotencyKey())
                .schema(type.name(), type.version())
                .headers(options.headers().with(CORRELATION, envelope.correlationId()));
    }

    Message message(Envelope<?> envelope, MessageType type, MessageProperties properties) {
        long ttl = envelope.deadlineMillis() == 0
                ? 0
                : Math.max(1, envelope.deadlineMillis() - envelope.timestampMillis());
        Message head = Message.to(type.topic())
                .timestampMillis(envelope.timestampMillis())
                .ttlMillis(ttl)
                .properties(properties)
                .build();
        return codec.encode(head, envelope.message());
    }

    /**
     * @param completion null: nobody asks when it is settled
     * @throws CodecException if the message holds no message of the class, or may not be read
     */
    Envelope<?> envelope(Message message, Class<?> type, @Nullable Completion completion, long nowMillis) {
        Object payload = codec.decode(message, type);
        if (payload == null) {
            throw new CodecException(ReasonCode.PAYLOAD_UNREADABLE, "a null is no " + type.getName());
        }
        MessageProperties properties = message.properties();
        String correlation = properties.headers().get(CORRELATION);
        SendOptions options = new SendOptions(
                null,
                own(properties.headers()),
                properties.from(),
                properties.to(),
                properties.orderingKey(),
                properties.idempotencyKey(),
                correlation,
                properties.traceparent());
        long sent = message.timestampMillis() == 0 ? nowMillis : message.timestampMillis();
        long deadline = message.ttlMillis() == 0 ? 0 : sent + message.ttlMillis();
        Meta meta = new Meta(options, correlation, properties.causationId(), null, deadline, 0, completion);
        return new Envelope<>(payload, sent, meta, properties.id());
    }

    private static Headers own(Headers all) {
        Headers[] kept = {Headers.NONE};
        all.forEach((name, value) -> {
            if (!name.startsWith(RESERVED)) {
                kept[0] = kept[0].with(name, value);
            }
        });
        return kept[0];
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
