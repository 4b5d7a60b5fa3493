package io.signalbox.gateway.mqtt.publish;

import io.netty.buffer.ByteBuf;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.mqtt.frame.Fields;
import io.signalbox.gateway.mqtt.frame.Property;
import io.signalbox.gateway.mqtt.frame.ProtocolException;
import io.signalbox.gateway.mqtt.frame.UserProperties;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import org.jspecify.annotations.Nullable;

/** The MQTT 5 properties that describe a message, in a PUBLISH and in a will. Used for one packet. */
public final class MessageFields {
    /** Those that {@link #read} knows. */
    public static final long IDS = Property.set(
            Property.PAYLOAD_FORMAT,
            Property.MESSAGE_EXPIRY,
            Property.CONTENT_TYPE,
            Property.RESPONSE_TOPIC,
            Property.CORRELATION_DATA,
            Property.USER_PROPERTY);

    private static final long NO_EXPIRY = -1;

    private boolean utf8Payload;
    private long expirySeconds = NO_EXPIRY;
    private @Nullable String contentType;
    private @Nullable String responseTopic;
    private byte @Nullable [] correlation;
    private @Nullable UserProperties userProperties;

    public void read(int id, ByteBuf in, int end) {
        switch (id) {
            case Property.PAYLOAD_FORMAT -> utf8Payload = Property.readFlag(in, end, "the Payload Format Indicator");
            case Property.MESSAGE_EXPIRY -> expirySeconds = Fields.readInt(in, end);
            case Property.CONTENT_TYPE -> contentType = Fields.readText(in, end);
            case Property.RESPONSE_TOPIC -> responseTopic = responseTopic(Fields.readText(in, end));
            case Property.CORRELATION_DATA -> correlation = Fields.readBinary(in, end);
            case Property.USER_PROPERTY -> {
                if (userProperties == null) {
                    userProperties = new UserProperties();
                }
                userProperties.read(in, end);
            }
            default -> throw new IllegalArgumentException("property 0x" + Integer.toHexString(id));
        }
    }

    /** Life time; 0: none. An interval of 0 seconds is over at once, which 1 ms comes close to. */
    public long ttlMillis() {
        return expirySeconds == NO_EXPIRY ? 0 : Math.max(1, expirySeconds * 1_000);
    }

    /**
     * @return what the user properties say beyond the standard ones, for {@link SignalboxProperties}
     */
    public @Nullable UserProperties userProperties() {
        return userProperties;
    }

    public MessageProperties.Builder toProperties() {
        return MessageProperties.builder()
                .utf8Payload(utf8Payload)
                .contentType(contentType)
                .replyTo(responseTopic)
                .correlation(correlation);
    }

    private static String responseTopic(String text) {
        try {
            return Topic.ofMqtt(text).text();
        } catch (SignalboxException e) {
            throw ProtocolException.violation(
                    "the Response Topic is not a topic (MQTT 5, 3.3.2.3.5): " + e.getMessage());
        }
    }
}
