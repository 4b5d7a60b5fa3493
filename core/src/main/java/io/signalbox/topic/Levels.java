package io.signalbox.topic;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.util.ArrayList;
import java.util.List;

/**
 * The grammar that topics and filters share. Canonical text is MQTT's, levels separated by {@code /}. The native form
 * separates by {@code .}; a dot, percent sign or asterisk inside a level is written {@code %2E}, {@code %25},
 * {@code %2A} there, which makes the mapping between both forms one to one.
 */
final class Levels {
    private Levels() {}

    static void check(String text, ReasonCode reason, String what) {
        if (text.isEmpty()) {
            throw new SignalboxException(reason, what + " is empty; it needs at least one character");
        }
        int bytes = 0;
        int levels = 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new SignalboxException(reason, what + " has the character U+0000 at index " + i);
            }
            if (c == '/') {
                levels++;
            }
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new SignalboxException(reason, what + " has half a surrogate pair at index " + i);
            } else {
                bytes += 3;
            }
        }
        if (bytes > TopicLimits.BYTES_MAX) {
            throw new SignalboxException(
                    reason, what + " has " + bytes + " bytes of UTF-8; the limit is " + TopicLimits.BYTES_MAX);
        }
        if (levels > TopicLimits.LEVELS_MAX) {
            throw new SignalboxException(
                    ReasonCode.TOPIC_TOO_DEEP,
                    what + " has " + levels + " levels; the limit is " + TopicLimits.LEVELS_MAX);
        }
    }

    static List<String> split(String text, char separator) {
        List<String> levels = new ArrayList<>(8);
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
            levels.add(text.substring(from, at));
            from = at + 1;
        }
        levels.add(text.substring(from));
        return levels;
    }

    /** A level of the native form as it stands in the canonical one. */
    static String unescape(String level, ReasonCode reason, String what) {
        if (level.indexOf('/') >= 0) {
            throw new SignalboxException(
                    reason, what + " level '" + level + "' has '/', the separator of MQTT; use '.'");
        }
        if (level.indexOf('%') < 0) {
            return level;
        }
        StringBuilder plain = new StringBuilder(level.length());
        for (int i = 0; i < level.length(); i++) {
            char c = level.charAt(i);
            if (c != '%') {
                plain.append(c);
                continue;
            }
            String code = level.substring(i + 1, Math.min(i + 3, level.length()));
            plain.append(
                    switch (code) {
                        case "2E" -> '.';
                        case "25" -> '%';
                        case "2A" -> '*';
                        default ->
                            throw new SignalboxException(
                                    reason,
                                    what + " level '" + level + "' has '%" + code + "' at index " + i
                                            + "; only %2E, %25 and %2A are known");
                    });
            i += 2;
        }
        return plain.toString();
    }

    static String escape(String level) {
        if (level.indexOf('.') < 0 && level.indexOf('%') < 0 && level.indexOf('*') < 0) {
            return level;
        }
        return level.replace("%", "%25").replace(".", "%2E").replace("*", "%2A");
    }
}
