package io.signalbox.message;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a message says about itself beyond topic and payload. Most messages on a fast path have none of it, so it is an
 * object of its own that they do not carry.
 *
 * @param id the producer's id of the message; null until somebody needs one
 * @param from who sent it
 * @param to whom it is addressed to; null for all subscribers
 * @param replyTo canonical text of the topic that a reply goes to
 * @param correlation opaque bytes that a reply repeats (MQTT 5, 3.3.2.3.6); treat as immutable
 * @param orderingKey messages of one topic with one key keep their order
 * @param idempotencyKey equal keys within the deduplication window are one message
 * @param utf8Payload the payload is known to be UTF-8 text (MQTT 5, 3.3.2.3.2)
 */
public record MessageProperties(
        @Nullable String id,
        MessageKind kind,
        @Nullable String from,
        @Nullable String to,
        @Nullable String replyTo,
        byte @Nullable [] correlation,
        @Nullable String causationId,
        @Nullable String traceparent,
        @Nullable String orderingKey,
        @Nullable String idempotencyKey,
        @Nullable String schemaName,
        @Nullable String schemaVersion,
        @Nullable String contentType,
        @Nullable String contentEncoding,
        boolean utf8Payload,
        Headers headers) {

    /** @throws io.signalbox.error.SignalboxException MALFORMED for a text that not every protocol can carry */
    public MessageProperties {
        Texts.check("the message id", id);
        Texts.check("the sender", from);
        Texts.check("the addressee", to);
        Texts.check("the reply topic", replyTo);
        Texts.check("the causation id", causationId);
        Texts.check("the trace parent", traceparent);
        Texts.check("the ordering key", orderingKey);
        Texts.check("the idempotency key", idempotencyKey);
        Texts.check("the schema name", schemaName);
        Texts.check("the schema version", schemaVersion);
        Texts.check("the content type", contentType);
        Texts.check("the content encoding", contentEncoding);
    }

    private static final int OBJECT_BYTES = 96;

    public static final MessageProperties NONE = new Builder().build();

    public static Builder builder() {
        return new Builder();
    }

    public Builder toBuilder() {
        Builder b = new Builder();
        b.id = id;
        b.kind = kind;
        b.from = from;
        b.to = to;
        b.replyTo = replyTo;
        b.correlation = correlation;
        b.causationId = causationId;
        b.traceparent = traceparent;
        b.orderingKey = orderingKey;
        b.idempotencyKey = idempotencyKey;
        b.schemaName = schemaName;
        b.schemaVersion = schemaVersion;
        b.contentType = contentType;
        b.contentEncoding = contentEncoding;
        b.utf8Payload = utf8Payload;
        b.headers = headers;
        return b;
    }

    /** About how many bytes of memory they hold. */
    public int sizeBytes() {
        int bytes = OBJECT_BYTES + headers.sizeBytes() + (correlation == null ? 0 : correlation.length);
        for (Object field : fields()) {
            if (field instanceof String text) {
                bytes += Headers.sizeBytes(text);
            }
        }
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MessageProperties that
                && Arrays.equals(correlation, that.correlation)
                && fields().equals(that.fields());
    }

    @Override
    public int hashCode() {
        return 31 * fields().hashCode() + Arrays.hashCode(correlation);
    }

    /** All but the correlation, which arrays compare by content alone. */
    private List<@Nullable Object> fields() {
        return Arrays.asList(
                id,
                kind,
                from,
                to,
                replyTo,
                causationId,
                traceparent,
                orderingKey,
                idempotencyKey,
                schemaName,
                schemaVersion,
                contentType,
                contentEncoding,
                utf8Payload,
                headers);
    }

    /** Collects properties; every setter may be given null to leave its property out. */
    public static final class Builder {
        private @Nullable String id;
        private MessageKind kind = MessageKind.EVENT;
        private @Nullable String from;
        private @Nullable String to;
        private @Nullable String replyTo;
        private byte @Nullable [] correlation;
        private @Nullable String causationId;
        private @Nullable String traceparent;
        private @Nullable String orderingKey;
        private @Nullable String idempotencyKey;
        private @Nullable String schemaName;
        private @Nullable String schemaVersion;
        private @Nullable String contentType;
        private @Nullable String contentEncoding;
        private boolean utf8Payload;
        private Headers headers = Headers.NONE;

        private Builder() {}

        public Builder id(@Nullable String value) {
            id = value;
            return this;
        }

        public Builder kind(MessageKind value) {
            kind = value;
            return this;
        }

        public Builder from(@Nullable String value) {
            from = value;
            return this;
        }

        public Builder to(@Nullable String value) {
            to = value;
            return this;
        }

        public Builder replyTo(@Nullable String value) {
            replyTo = value;
            return this;
        }

        public Builder correlation(byte @Nullable [] value) {
            correlation = value;
            return this;
        }

        public Builder causationId(@Nullable String value) {
            causationId = value;
            return this;
        }

        public Builder traceparent(@Nullable String value) {
            traceparent = value;
            return this;
        }

        public Builder orderingKey(@Nullable String value) {
            orderingKey = value;
            return this;
        }

        public Builder idempotencyKey(@Nullable String value) {
            idempotencyKey = value;
            return this;
        }

        public Builder schema(@Nullable String name, @Nullable String version) {
            schemaName = name;
            schemaVersion = version;
            return this;
        }

        public Builder contentType(@Nullable String value) {
            contentType = value;
            return this;
        }

        public Builder contentEncoding(@Nullable String value) {
            contentEncoding = value;
            return this;
        }

        public Builder utf8Payload(boolean value) {
            utf8Payload = value;
            return this;
        }

        public Builder headers(Headers value) {
            headers = value;
            return this;
        }

        public Builder header(String name, String value) {
            headers = headers.with(name, value);
            return this;
        }

        public MessageProperties build() {
            return new MessageProperties(
                    id,
                    kind,
                    from,
                    to,
                    replyTo,
                    correlation,
                    causationId,
                    traceparent,
                    orderingKey,
                    idempotencyKey,
                    schemaName,
                    schemaVersion,
                    contentType,
                    contentEncoding,
                    utf8Payload,
                    headers);
        }
    }
}
