package io.signalbox.gateway.amqp.message;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which values of a message had another type than string, as the text of one header: {@code name:letter}, joined by
 * {@code &}. Other protocols pass it on, and AMQP clients get back what AMQP clients sent.
 */
final class ValueTypes {
    /** Its name among the headers. */
    static final String HEADER = "sb-amqp-types";

    /** For what has no name of its own; no property has a name like these. */
    static final String MESSAGE_ID = "@message-id";

    static final String CORRELATION_ID = "@correlation-id";

    /** {@link #BODY_VALUE}, {@link #BODY_SEQUENCE} or {@link #BODY_DATA}. */
    static final String BODY = "@body";

    /** The payload is an encoded value. */
    static final char BODY_VALUE = 'v';

    /** The payload is one or more whole sections of the type sequence. */
    static final char BODY_SEQUENCE = 'q';

    /** Null: all are strings, or data. */
    private @Nullable StringBuilder text;

    void add(String name, char letter) {
        StringBuilder longer = text == null ? new StringBuilder() : text.append('&');
        text = longer;
        longer.append(name.replace("%", "%25").replace("&", "%26").replace(":", "%3A"))
                .append(':')
                .append(letter);
    }

    /** @return null if there is nothing to tell */
    @Nullable
    String text() {
        return text == null ? null : text.toString();
    }

    /** What cannot be read is left out: it may have been anybody who wrote it. */
    static Map<String, Character> parse(@Nullable String text) {
        if (text == null) {
            return Map.of();
        }
        Map<String, Character> types = new HashMap<>();
        for (String part : text.split("&", -1)) {
            int colon = part.indexOf(':');
            if (colon > 0 && colon == part.length() - 2) {
                String name = part.substring(0, colon)
                        .replace("%3A", ":")
                        .replace("%26", "&")
                        .replace("%25", "%");
                types.put(name, part.charAt(colon + 1));
            }
        }
        return types;
    }
}
