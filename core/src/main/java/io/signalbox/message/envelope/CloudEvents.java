package io.signalbox.message.envelope;

import static io.signalbox.message.envelope.CloudEventNames.*;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A message as the context attributes of a CloudEvent 1.0, without loss; its data is the payload. What is {@code from}
 * here is {@code source} there, the schema's name {@code type}, the topic {@code subject}, the ordering key
 * {@code partitionkey}. {@link CloudEventBinding} makes headers of attributes.
 */
public final class CloudEvents {
    public static final String SPECVERSION_VALUE = "1.0";

    /** RFC 3339 has years of four digits. */
    private static final long TIME_MIN_MILLIS =
            Instant.parse("0000-01-01T00:00:00Z").toEpochMilli();

    private static final long TIME_MAX_MILLIS =
            Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    private CloudEvents() {}

    /** In an order that is pleasant to read; the keys are attribute names. */
    public static Map<String, String> attributes(Message message) {
        return new Writing().write(message);
    }

    /**
     * @param attributes names and values; names that are not known become headers
     * @param topic null: the subject names it
     * @param data given away
     * @throws io.signalbox.error.SignalboxException MALFORMED, naming the attribute; TOPIC_INVALID, TOPIC_TOO_DEEP
     */
    public static Message message(Map<String, String> attributes, @Nullable Topic topic, byte[] data) {
        return new CloudEventReader(attributes, topic).message(data);
    }

    private static final class Writing {
        private final Map<String, String> attributes = new LinkedHashMap<>();
        private final StringBuilder note = new StringBuilder();

        Map<String, String> write(Message message) {
            MessageProperties properties = message.properties();
            attributes.put(SPECVERSION, SPECVERSION_VALUE);
            required(ID, properties.id(), "unnamed");
            required(SOURCE, properties.from(), "unknown");
            required(TYPE, properties.schemaName(), "message");
            optional(SUBJECT, message.topic().text());
            time(message.timestampMillis());
            optional(DATACONTENTTYPE, properties.contentType());
            optional(TRACEPARENT, properties.traceparent());
            optional(PARTITIONKEY, properties.orderingKey());
            correlation(properties.correlation());
            optional(CAUSATIONID, properties.causationId());
            optional(TO, properties.to());
            optional(REPLYTO, properties.replyTo());
            optional(IDEMPOTENCYKEY, properties.idempotencyKey());
            optional(SCHEMAVERSION, properties.schemaVersion());
            optional(CONTENTENCODING, properties.contentEncoding());
            unlessDefault(message);
            headers(properties.headers());
            if (!note.isEmpty()) {
                attributes.put(NOTE, note.substring(1));
            }
            return attributes;
        }

        private void unlessDefault(Message message) {
            MessageProperties properties = message.properties();
            if (properties.kind() != MessageKind.EVENT) {
                attributes.put(KIND, properties.kind().name().toLowerCase(Locale.ROOT));
            }
            if (message.guarantee() != Guarantee.AT_LEAST_ONCE) {
                attributes.put(QOS, Integer.toString(message.guarantee().qos()));
            }
            if (message.retain()) {
                attributes.put(RETAIN, "true");
            }
            if (message.priority() != Message.PRIORITY_DEFAULT) {
                attributes.put(PRIORITY, Integer.toString(message.priority()));
            }
            if (message.ttlMillis() != 0) {
                attributes.put(TTL, Long.toString(message.ttlMillis()));
            }
            if (properties.utf8Payload()) {
                attributes.put(UTF8, "true");
            }
        }

        private void required(String name, @Nullable String value, String standIn) {
            if (value == null || value.isEmpty()) {
                attributes.put(name, standIn);
                note(value == null ? '-' : '=', name);
            } else {
                optional(name, value);
            }
        }

        private void optional(String name, @Nullable String value) {
            if (value == null) {
                return;
            }
            if (value.isEmpty()) {
                note('=', name);
            } else if (name.equals(SOURCE) ? UriCharacters.isReference(value) : isText(value)) {
                attributes.put(name, value);
            } else {
                attributes.put(
                        name,
                        Percent.encode(value, name.equals(SOURCE) ? UriCharacters::isUnreserved : Writing::isText));
                note('%', name);
            }
        }

        private void note(char what, String name) {
            note.append(' ').append(what).append(name);
        }

        private void time(long millis) {
            if (millis != 0 && millis >= TIME_MIN_MILLIS && millis <= TIME_MAX_MILLIS) {
                attributes.put(TIME, Instant.ofEpochMilli(millis).toString());
            } else if (millis != 0) {
                attributes.put(TIMESTAMP, Long.toString(millis));
            }
        }

        private void correlation(byte @Nullable [] correlation) {
            if (correlation == null) {
                return;
            }
            String text = Packed.text(correlation);
            if (text != null) {
                optional(CORRELATIONID, text);
            } else {
                attributes.put(CORRELATION_BASE64, Packed.base64(correlation));
            }
        }

        /** Headers that were extension attributes are attributes again; all are packed too, unless those tell it all. */
        private void headers(Headers headers) {
            Map<String, String> foreign = new TreeMap<>();
            headers.forEach((name, value) -> {
                String extension = name.startsWith(FOREIGN_HEADER) ? name.substring(FOREIGN_HEADER.length()) : "";
                if (isForeignExtension(extension) && !value.isEmpty() && isText(value)) {
                    foreign.putIfAbsent(extension, value);
                }
            });
            attributes.putAll(foreign);
            if (!CloudEventReader.ofForeign(foreign).equals(headers)) {
                attributes.put(HEADERS, packed(headers));
            }
        }

        private static String packed(Headers headers) {
            StringBuilder packed = new StringBuilder();
            headers.forEach((name, value) -> packed.append(packed.isEmpty() ? "" : "&")
                    .append(Percent.encode(name, Writing::isPackable))
                    .append('=')
                    .append(Percent.encode(value, Writing::isPackable)));
            return packed.toString();
        }

        private static boolean isPackable(int c) {
            return c != '&' && c != '=' && isText(c);
        }

        private static boolean isText(String value) {
            return value.codePoints().allMatch(Writing::isText);
        }

        /** CloudEvents 1.0, type system: no control characters, no noncharacters. */
        private static boolean isText(int c) {
            return c > 0x1f && (c < 0x7f || c > 0x9f) && (c & 0xfffe) != 0xfffe && (c < 0xfdd0 || c > 0xfdef);
        }
    }
}
