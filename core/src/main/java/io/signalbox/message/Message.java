package io.signalbox.message;

import io.signalbox.topic.Topic;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An immutable message. The payload array is shared by all who see the message: nobody may write to it after
 * {@link Builder#build()}.
 *
 * <p>Hot path: a message without metadata is one small object beside its payload.
 */
public final class Message {
    public static final int PRIORITY_DEFAULT = 4;
    public static final int PRIORITY_MAX = 9;

    private static final byte[] EMPTY = new byte[0];

    private final Topic topic;
    private final byte[] payload;
    private final Guarantee guarantee;
    private final boolean retain;
    private final byte priority;
    private final long timestampMillis;
    private final long ttlMillis;
    private final MessageProperties properties;

    /** See {@link #encodedForm()}. Racy on purpose: whoever finds it empty encodes, and all encode the same. */
    private @Nullable Object encodedForm;

    /** Racy on purpose, like the other: 0 until somebody asked. */
    private int sizeBytes;

    private Message(Builder b) {
        topic = b.topic;
        payload = b.payload;
        guarantee = b.guarantee;
        retain = b.retain;
        priority = b.priority;
        timestampMillis = b.timestampMillis;
        ttlMillis = b.ttlMillis;
        properties = b.properties;
    }

    public static Builder to(Topic topic) {
        return new Builder(topic);
    }

    public Builder toBuilder() {
        Builder b = new Builder(topic);
        b.payload = payload;
        b.guarantee = guarantee;
        b.retain = retain;
        b.priority = priority;
        b.timestampMillis = timestampMillis;
        b.ttlMillis = ttlMillis;
        b.properties = properties;
        return b;
    }

    public Topic topic() {
        return topic;
    }

    /** Shared, not a copy: read only. */
    public byte[] payload() {
        return payload;
    }

    public String payloadText() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    public Guarantee guarantee() {
        return guarantee;
    }

    /** The publisher asks that this be kept as the topic's last value (MQTT 5, 3.3.1.3); empty payload clears it. */
    public boolean retain() {
        return retain;
    }

    /** 0 to 9, 9 first; {@value #PRIORITY_DEFAULT} unless said otherwise. */
    public int priority() {
        return priority;
    }

    /** Epoch milliseconds of its publication; 0 when nobody needed it yet. */
    public long timestampMillis() {
        return timestampMillis;
    }

    /** Life time from {@link #timestampMillis()} on; 0: does not expire. */
    public long ttlMillis() {
        return ttlMillis;
    }

    /**
     * About how many bytes of memory it holds: payload, topic and properties. Bounds count this, so that a message of
     * nothing but properties or topic is not for free.
     */
    public int sizeBytes() {
        int bytes = sizeBytes;
        if (bytes == 0) {
            bytes = payload.length + topic.text().length();
            bytes += properties == MessageProperties.NONE ? 0 : properties.sizeBytes();
            sizeBytes = bytes;
        }
        return bytes;
    }

    public boolean isExpired(long nowMillis) {
        return ttlMillis > 0 && nowMillis - timestampMillis >= ttlMillis;
    }

    public MessageProperties properties() {
        return properties;
    }

    /** A slot for the one gateway that wants to encode this message once and share the bytes. */
    public @Nullable Object encodedForm() {
        return encodedForm;
    }

    /** @param form immutable, and safely published through final fields, since the slot is not volatile */
    public void encodedForm(Object form) {
        encodedForm = form;
    }

    @Override
    public String toString() {
        return "Message[" + topic + ", " + payload.length + " bytes, " + guarantee + "]";
    }

    /** Collects a message. Not thread safe. */
    public static final class Builder {
        private Topic topic;
        private byte[] payload = EMPTY;
        private Guarantee guarantee = Guarantee.AT_LEAST_ONCE;
        private boolean retain;
        private byte priority = PRIORITY_DEFAULT;
        private long timestampMillis;
        private long ttlMillis;
        private MessageProperties properties = MessageProperties.NONE;

        private Builder(Topic topic) {
            this.topic = topic;
        }

        public Builder topic(Topic value) {
            topic = value;
            return this;
        }

        /** The array is not copied: the caller gives it away. */
        public Builder payload(byte[] value) {
            payload = value;
            return this;
        }

        public Builder payload(String text) {
            payload = text.getBytes(StandardCharsets.UTF_8);
            return this;
        }

        public Builder guarantee(Guarantee value) {
            guarantee = value;
            return this;
        }

        public Builder retain(boolean value) {
            retain = value;
            return this;
        }

        /** @throws IllegalArgumentException outside of 0 to 9 */
        public Builder priority(int value) {
            if (value < 0 || value > PRIORITY_MAX) {
                throw new IllegalArgumentException("priority " + value + " is outside of 0 to " + PRIORITY_MAX);
            }
            priority = (byte) value;
            return this;
        }

        public Builder timestampMillis(long value) {
            timestampMillis = value;
            return this;
        }

        public Builder ttlMillis(long value) {
            ttlMillis = value;
            return this;
        }

        public Builder properties(MessageProperties value) {
            properties = value;
            return this;
        }

        public Message build() {
            return new Message(this);
        }
    }
}
