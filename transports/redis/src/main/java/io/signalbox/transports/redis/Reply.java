package io.signalbox.transports.redis;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what Redis answers: lists of lists, bytes and numbers. */
final class Reply {
    private Reply() {}

    static String text(@Nullable Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
    }

    static long number(@Nullable Object value) {
        return value instanceof Long number ? number : Long.parseLong(text(value));
    }

    static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    /** A flat list of names and values. */
    static Map<String, String> map(@Nullable Object value) {
        List<?> flat = list(value);
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            map.put(text(flat.get(i)), text(flat.get(i + 1)));
        }
        return map;
    }
}
