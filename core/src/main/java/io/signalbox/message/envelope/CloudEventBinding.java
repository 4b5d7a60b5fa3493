package io.signalbox.message.envelope;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The binary mode of CloudEvents 1.0: the payload travels as it is, the attributes as headers beside it, under names
 * that depend on the protocol. The attribute {@code datacontenttype} is the protocol's own content type.
 */
public enum CloudEventBinding {
    /** Names are read in any case; values are percent-encoded (HTTP binding, 3.1.3.2). */
    HTTP("ce-"),
    KAFKA("ce_"),
    /** Application properties; the content type belongs into the section {@code properties}. */
    AMQP("cloudEvents:");

    public static final String CONTENT_TYPE = "content-type";

    private final String prefix;

    CloudEventBinding(String prefix) {
        this.prefix = prefix;
    }

    /** All headers of the event; the body is the message's payload. */
    public Map<String, String> headers(Message message) {
        Map<String, String> headers = new LinkedHashMap<>();
        CloudEvents.attributes(message).forEach((name, value) -> {
            String header = name.equals(CloudEventNames.DATACONTENTTYPE) ? CONTENT_TYPE : prefix + name;
            headers.put(header, this == HTTP && !header.equals(CONTENT_TYPE) ? encoded(value) : value);
        });
        return headers;
    }

    /** Do these headers say that the body is an event in binary mode? */
    public boolean isEvent(Map<String, String> headers) {
        return headers.keySet().stream().anyMatch(name -> folded(name).equals(prefix + CloudEventNames.SPECVERSION));
    }

    /**
     * Headers without the prefix are the protocol's, and are passed over.
     *
     * @param topic null: the subject names it
     * @param body given away
     * @throws SignalboxException MALFORMED, naming the attribute; TOPIC_INVALID, TOPIC_TOO_DEEP
     */
    public Message message(Map<String, String> headers, @Nullable Topic topic, byte[] body) {
        Map<String, String> attributes = new LinkedHashMap<>();
        headers.forEach((header, value) -> {
            String name = folded(header);
            String attribute = name.equals(CONTENT_TYPE)
                    ? CloudEventNames.DATACONTENTTYPE
                    : name.startsWith(prefix) ? name.substring(prefix.length()) : null;
            if (attribute != null) {
                String text = this == HTTP && !name.equals(CONTENT_TYPE) ? decoded(attribute, value) : value;
                if (attributes.put(attribute, text) != null) {
                    throw new SignalboxException(
                            ReasonCode.MALFORMED, "CloudEvent attribute " + attribute + " came twice");
                }
            }
        });
        return CloudEvents.message(attributes, topic, body);
    }

    private String folded(String header) {
        return this == HTTP ? header.toLowerCase(Locale.ROOT) : header;
    }

    private static String encoded(String value) {
        return Percent.encode(value, c -> c > 0x20 && c < 0x7f && c != '"');
    }

    /** Senders of earlier versions quote what has blanks in it. */
    private static String decoded(String attribute, String value) {
        String plain = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1")
                : value;
        try {
            return Percent.decode(plain);
        } catch (IllegalArgumentException e) {
            throw new SignalboxException(
                    ReasonCode.MALFORMED,
                    "CloudEvent attribute " + attribute + " cannot be decoded: " + e.getMessage());
        }
    }
}
