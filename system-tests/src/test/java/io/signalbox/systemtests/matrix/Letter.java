package io.signalbox.systemtests.matrix;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message as everybody understands it: its parts as texts. Bytes are in hex, times in epoch milliseconds, life times in
 * seconds, headers as {@code name=value} joined by {@code &}. What is as it is by default is left out.
 */
final class Letter {
    static final String PRIORITY_DEFAULT = "4";
    static final String KIND_DEFAULT = "event";

    private final Map<Part, String> parts = new EnumMap<>(Part.class);

    Letter with(Part part, @Nullable String value) {
        boolean plain = part == Part.PRIORITY && PRIORITY_DEFAULT.equals(value)
                || part == Part.KIND && KIND_DEFAULT.equals(value)
                || part == Part.HEADERS && value != null && value.isEmpty();
        if (value != null && !plain) {
            parts.put(part, value);
        }
        return this;
    }

    Letter with(Part part, byte @Nullable [] bytes) {
        return with(part, bytes == null ? null : HexFormat.of().formatHex(bytes));
    }

    @Nullable
    String get(Part part) {
        return parts.get(part);
    }

    boolean has(Part part) {
        return parts.containsKey(part);
    }

    /** A part that is there. */
    String text(Part part) {
        String value = parts.get(part);
        if (value == null) {
            throw new IllegalArgumentException("there is no " + part);
        }
        return value;
    }

    byte[] bytes(Part part) {
        return HexFormat.of().parseHex(text(part));
    }

    /** Names and values; a name may repeat. */
    String[][] headers() {
        if (!has(Part.HEADERS)) {
            return new String[0][];
        }
        String[] pairs = text(Part.HEADERS).split("&", -1);
        String[][] headers = new String[pairs.length][];
        for (int i = 0; i < pairs.length; i++) {
            headers[i] = pairs[i].split("=", 2);
        }
        return headers;
    }

    /** What of this can pass from one wire to another. */
    Letter over(Wire from, Wire to) {
        Letter passed = new Letter();
        parts.forEach((part, value) -> {
            if (from.carries(part) && to.carries(part)) {
                passed.with(part, value);
            }
        });
        return from.groupsHeaders() || to.groupsHeaders() ? passed.with(Part.HEADERS, passed.grouped()) : passed;
    }

    /** Headers by name, in the order of the first of each; null: there are none. */
    private @Nullable String grouped() {
        if (!has(Part.HEADERS)) {
            return null;
        }
        return Arrays.stream(headers())
                .collect(groupingBy(
                        header -> header[0],
                        LinkedHashMap::new,
                        mapping(header -> String.join("=", header), joining("&"))))
                .values()
                .stream()
                .collect(joining("&"));
    }

    Map<Part, String> parts() {
        return new LinkedHashMap<>(parts);
    }

    /** Every part but a life time; bytes that are no text. */
    static Letter dated(String topic) {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        return described(topic)
                .with(Part.PAYLOAD, all)
                .with(Part.CORRELATION, new byte[] {0, (byte) 0xFF, 0x10})
                .with(Part.CONTENT_TYPE, "application/octet-stream")
                .with(Part.TIMESTAMP, "1767225600123");
    }

    /** Every part but a time of its making, since a life time is counted from the arrival; all of it text. */
    static Letter expiring(String topic) {
        return described(topic)
                .with(Part.PAYLOAD, "{\"price\": 71.4, \"currency\": \"\u20ac\"}".getBytes(StandardCharsets.UTF_8))
                .with(Part.CORRELATION, "order-7".getBytes(StandardCharsets.UTF_8))
                .with(Part.CONTENT_TYPE, "application/json")
                .with(Part.LIFE_TIME, "3600");
    }

    private static Letter described(String topic) {
        return new Letter()
                .with(Part.TOPIC, topic)
                .with(Part.ID, "m-" + UUID.randomUUID())
                .with(Part.TYPE, "io.example.price")
                .with(Part.SCHEMA_VERSION, "1.2.0")
                .with(Part.KIND, "command")
                .with(Part.FROM, "pricing-7")
                .with(Part.TO, "desk/\u00e9quit\u00e9s")
                .with(Part.REPLY_TO, "answers/pricing-7")
                .with(Part.CAUSATION, "m-before")
                .with(Part.TRACE, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .with(Part.PRIORITY, "7")
                .with(Part.ORDERING_KEY, "oil")
                .with(Part.IDEMPOTENCY_KEY, "k-" + UUID.randomUUID())
                .with(Part.CONTENT_ENCODING, "x-plain")
                .with(Part.HEADERS, "tint=red&tag=1&shape=\u00e9clair&tag=2");
    }
}
