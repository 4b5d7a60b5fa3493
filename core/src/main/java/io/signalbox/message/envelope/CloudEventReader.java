package io.signalbox.message.envelope;

import static io.signalbox.message.envelope.CloudEventNames.*;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Attributes back to a message: each under its name in {@link FieldNames}, whose reader does the rest. */
final class CloudEventReader {
    private static final Map<String, String> FIELDS = fields();

    private final Map<String, String> attributes;
    private final Map<String, Character> notes = new HashMap<>();
    private final @Nullable Topic topic;

    CloudEventReader(Map<String, String> attributes, @Nullable Topic topic) {
        this.attributes = attributes;
        this.topic = topic;
    }

    private static Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(ID, FieldNames.ID);
        fields.put(SOURCE, FieldNames.FROM);
        fields.put(TYPE, FieldNames.SCHEMA);
        fields.put(DATACONTENTTYPE, FieldNames.CONTENT_TYPE);
        fields.put(TRACEPARENT, FieldNames.TRACEPARENT);
        fields.put(PARTITIONKEY, FieldNames.ORDERING_KEY);
        fields.put(CORRELATIONID, FieldNames.CORRELATION);
        fields.put(CORRELATION_BASE64, FieldNames.CORRELATION_BASE64);
        fields.put(CAUSATIONID, FieldNames.CAUSATION_ID);
        fields.put(TO, FieldNames.TO);
        fields.put(REPLYTO, FieldNames.REPLY_TO);
        fields.put(IDEMPOTENCYKEY, FieldNames.IDEMPOTENCY_KEY);
        fields.put(SCHEMAVERSION, FieldNames.SCHEMA_VERSION);
        fields.put(CONTENTENCODING, FieldNames.CONTENT_ENCODING);
        fields.put(KIND, FieldNames.KIND);
        fields.put(QOS, FieldNames.QOS);
        fields.put(RETAIN, FieldNames.RETAIN);
        fields.put(PRIORITY, FieldNames.PRIORITY);
        fields.put(TTL, FieldNames.TTL);
        fields.put(UTF8, FieldNames.UTF8);
        fields.put(TIMESTAMP, FieldNames.TIMESTAMP);
        return fields;
    }

    Message message(byte[] data) {
        String version = attributes.get(SPECVERSION);
        if (!CloudEvents.SPECVERSION_VALUE.equals(version)) {
            throw malformed(SPECVERSION, "is '" + version + "'; " + CloudEvents.SPECVERSION_VALUE + " is understood");
        }
        for (String name : List.of(ID, SOURCE, TYPE)) {
            if (attributes.getOrDefault(name, "").isEmpty()) {
                throw malformed(name, "is missing; a CloudEvent has specversion, id, source and type");
            }
        }
        readNotes();
        String subject = value(SUBJECT);
        Topic published = topic != null ? topic : subject == null ? null : Topic.ofMqtt(subject);
        FieldReader reader = new FieldReader(published);
        FIELDS.forEach((name, field) -> {
            String value = value(name);
            if (value != null) {
                reader.add(field, value);
            }
        });
        time(reader);
        headers(published, subject).forEach((name, value) -> reader.add(FieldNames.OWN + name, value));
        return reader.message(data);
    }

    private void readNotes() {
        String note = attributes.getOrDefault(NOTE, "");
        for (String each : note.split(" ", -1)) {
            if (each.length() > 1) {
                notes.put(each.substring(1), each.charAt(0));
            }
        }
    }

    private @Nullable String value(String name) {
        String value = attributes.get(name);
        return switch (notes.getOrDefault(name, ' ')) {
            case '-' -> null;
            case '=' -> "";
            case '%' -> value == null ? null : decoded(name, value);
            default -> value;
        };
    }

    private static String decoded(String name, String value) {
        try {
            return Percent.decode(value);
        } catch (IllegalArgumentException e) {
            throw malformed(name, "cannot be decoded: " + e.getMessage());
        }
    }

    private void time(FieldReader reader) {
        String time = attributes.get(TIME);
        if (time == null) {
            return;
        }
        try {
            long millis = OffsetDateTime.parse(time).toInstant().toEpochMilli();
            reader.add(FieldNames.TIMESTAMP, Long.toString(millis));
        } catch (DateTimeException | ArithmeticException e) {
            throw malformed(TIME, "is '" + time + "', which is no time of RFC 3339");
        }
    }

    /** A subject that is not the topic, and attributes that are not ours, are kept for whoever sends it on. */
    private Headers headers(@Nullable Topic published, @Nullable String subject) {
        SortedMap<String, String> foreign = new TreeMap<>();
        attributes.forEach((name, value) -> {
            if (!KNOWN.contains(name)) {
                foreign.put(name, value);
            }
        });
        String packed = attributes.get(HEADERS);
        Headers headers = packed == null ? Headers.NONE : unpacked(packed);
        if (published != null && subject != null && !subject.equals(published.text())) {
            foreign.put(SUBJECT, subject);
        }
        foreign.keySet().removeIf(name -> unpackedHas(headers, name));
        return joined(headers, ofForeign(foreign));
    }

    private static boolean unpackedHas(Headers headers, String extension) {
        return headers.get(FOREIGN_HEADER + extension) != null;
    }

    static Headers ofForeign(Map<String, String> sortedExtensions) {
        List<String> headers = new ArrayList<>();
        sortedExtensions.forEach((name, value) -> {
            headers.add(FOREIGN_HEADER + name);
            headers.add(value);
        });
        return Headers.of(headers.toArray(String[]::new));
    }

    private static Headers joined(Headers first, Headers second) {
        List<String> all = new ArrayList<>();
        for (Headers headers : List.of(first, second)) {
            headers.forEach((name, value) -> {
                all.add(name);
                all.add(value);
            });
        }
        return Headers.of(all.toArray(String[]::new));
    }

    private static Headers unpacked(String packed) {
        List<String> headers = new ArrayList<>();
        for (String pair : packed.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                throw malformed(HEADERS, "has a part without '='; it is name=value&name=value");
            }
            headers.add(decoded(HEADERS, pair.substring(0, equals)));
            headers.add(decoded(HEADERS, pair.substring(equals + 1)));
        }
        return Headers.of(headers.toArray(String[]::new));
    }

    private static SignalboxException malformed(String attribute, String why) {
        return new SignalboxException(ReasonCode.MALFORMED, "CloudEvent attribute " + attribute + " " + why);
    }
}
