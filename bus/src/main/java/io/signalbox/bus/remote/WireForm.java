package io.signalbox.bus.remote;

import io.signalbox.bus.deadletter.UnreadMessage;
import io.signalbox.bus.filter.Filter;
import io.signalbox.bus.message.Completion;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.MessageType;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.message.SessionRef;
import io.signalbox.codec.CodecException;
import io.signalbox.codec.MessageCodec;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** An envelope as a message of the transport, and back. */
final class WireForm {
    /** Correlation travels as a header: the correlation property belongs to request and reply. */
    private static final String CORRELATION = "sb-correlation";

    private static final String ID = "sb-message-id";
    private static final String KEY = "sb-message-key";
    private static final String SESSION = "sb-session";
    /** How many causes lie before it: a loop through several processes is a loop, too. */
    private static final String DEPTH = "sb-depth";

    private static final String RESERVED = "sb-";

    private final MessageCodec codec;

    WireForm(MessageCodec codec) {
        this.codec = codec;
    }

    /** Of an event, which a transport that looks for duplicates may know by its id and its key. */
    MessageProperties.Builder ofEvent(Envelope<?> envelope) {
        SendOptions options = envelope.meta().options();
        return properties(envelope, MessageKind.EVENT, headers(envelope))
                .id(envelope.id())
                .idempotencyKey(options.idempotencyKey());
    }

    /**
     * Of what must not be taken for a message that was seen before: a command that is sent to one place after the
     * other, or a dead letter, which is no second copy of the message that died. Id and key travel as headers.
     */
    MessageProperties.Builder unlikeAnyOther(Envelope<?> envelope, MessageKind kind) {
        String key = envelope.meta().options().idempotencyKey();
        Headers headers = headers(envelope).with(ID, envelope.id());
        return properties(envelope, kind, key == null ? headers : headers.with(KEY, key));
    }

    private static Headers headers(Envelope<?> envelope) {
        Headers headers = envelope.headers().with(CORRELATION, envelope.correlationId());
        SessionRef session = envelope.meta().session();
        if (session != null) {
            headers = headers.with(SESSION, session.id());
        }
        return envelope.meta().depth() == 0
                ? headers
                : headers.with(DEPTH, Integer.toString(envelope.meta().depth()));
    }

    private MessageProperties.Builder properties(Envelope<?> envelope, MessageKind kind, Headers headers) {
        SendOptions options = envelope.meta().options();
        MessageType type = MessageType.of(envelope.message().getClass());
        return MessageProperties.builder()
                .kind(kind)
                .from(options.from())
                .to(options.to())
                .causationId(envelope.meta().causationId())
                .traceparent(options.traceparent())
                .orderingKey(options.orderingKey())
                .schema(type.name(), type.version())
                .headers(headers);
    }

    /** A message that says it in a header was sent without an id, and may have been given one on its way. */
    static @Nullable String id(Message message) {
        String said = message.properties().headers().get(ID);
        return said != null ? said : message.properties().id();
    }

    private static @Nullable String key(Message message) {
        String own = message.properties().idempotencyKey();
        return own != null ? own : message.properties().headers().get(KEY);
    }

    /** @throws IllegalArgumentException if the codec cannot write it */
    Message message(Envelope<?> envelope, Topic to, MessageProperties properties) {
        long ttl = envelope.deadlineMillis() == 0
                ? 0
                : Math.max(1, envelope.deadlineMillis() - envelope.timestampMillis());
        Message head = Message.to(to)
                .timestampMillis(envelope.timestampMillis())
                .ttlMillis(ttl)
                .properties(properties)
                .build();
        try {
            return codec.encode(head, envelope.message());
        } catch (RuntimeException | StackOverflowError broken) {
            throw new IllegalArgumentException(
                    envelope.message().getClass().getName() + " cannot be written: " + broken, broken);
        }
    }

    /** Text of the session that it was sent in; null: none. */
    static @Nullable String session(Message message) {
        return message.properties().headers().get(SESSION);
    }

    /**
     * Null: nobody waits for an answer.
     *
     * @throws CodecException MALFORMED
     */
    static @Nullable Topic replyTo(Message message) {
        String text = message.properties().replyTo();
        try {
            return text == null ? null : Topic.ofMqtt(text);
        } catch (SignalboxException noTopic) {
            throw new CodecException(ReasonCode.MALFORMED, "its answer cannot go to '" + text + "'", noTopic);
        }
    }

    MessageCodec codec() {
        return codec;
    }

    static boolean isReadable(String version, Class<?> type) {
        return MessageType.of(type).accepts().contains(version);
    }

    /**
     * A message without a version is taken at its word; the codec has the last one.
     *
     * @throws CodecException SCHEMA_MISMATCH
     */
    static void requireReadable(Message message, Class<?> type) {
        String version = message.properties().schemaVersion();
        if (version != null && !isReadable(version, type)) {
            throw new CodecException(
                    ReasonCode.SCHEMA_MISMATCH,
                    "version " + version + " of " + message.properties().schemaName() + "; " + type.getName()
                            + " accepts " + MessageType.of(type).accepts());
        }
    }

    /** @throws CodecException if it holds no message of the class, or may not be read */
    Object payload(Message message, Class<?> type) {
        Object payload;
        try {
            payload = codec.decode(message, type);
        } catch (CodecException unreadable) {
            throw unreadable;
        } catch (RuntimeException | StackOverflowError broken) {
            throw new CodecException(ReasonCode.PAYLOAD_UNREADABLE, "the codec failed: " + broken, broken);
        }
        if (payload == null) {
            throw new CodecException(ReasonCode.PAYLOAD_UNREADABLE, "a null is no " + type.getName());
        }
        return payload;
    }

    /**
     * @param completion null: nobody asks when it is settled
     * @param session as it is known here; null: none
     */
    static <M extends Object> Envelope<M> envelope(
            M payload, Message message, @Nullable Completion completion, @Nullable SessionRef session, long nowMillis) {
        MessageProperties properties = message.properties();
        String correlation = properties.headers().get(CORRELATION);
        SendOptions options = new SendOptions(
                null,
                withVersion(own(properties.headers()), properties.schemaVersion(), payload),
                properties.from(),
                properties.to(),
                properties.orderingKey(),
                key(message),
                correlation,
                properties.traceparent());
        long sent = message.timestampMillis() == 0 ? nowMillis : message.timestampMillis();
        long deadline = message.ttlMillis() == 0 ? 0 : sent + message.ttlMillis();
        Meta meta = new Meta(
                options, correlation, properties.causationId(), session, deadline, depth(properties), completion);
        return new Envelope<>(payload, sent, meta, id(message));
    }

    /** Filters by version ask for that of the message, which need not be that of the class it was read as. */
    private static Headers withVersion(Headers headers, @Nullable String version, Object payload) {
        return version == null
                        || payload instanceof UnreadMessage
                        || version.equals(MessageType.of(payload.getClass()).version())
                ? headers
                : headers.with(Filter.SCHEMA_VERSION_HEADER, version);
    }

    /** What is no number was not written by a bus. */
    private static int depth(MessageProperties properties) {
        String text = properties.headers().get(DEPTH);
        return text != null && text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
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
