package io.signalbox.topic;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The name a message is published under: 1 to 128 levels without wildcards, at most 65,535 bytes of UTF-8. */
public final class Topic {
    private final String text;
    private final int hash;

    private Topic(String text) {
        this.text = text;
        this.hash = text.hashCode();
    }

    /**
     * @param text levels separated by {@code /} (MQTT 5, 4.7)
     * @throws SignalboxException TOPIC_INVALID or TOPIC_TOO_DEEP, naming the character and its index
     */
    public static Topic ofMqtt(String text) {
        Levels.check(text, ReasonCode.TOPIC_INVALID, "topic");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '+' || c == '#') {
                throw new SignalboxException(
                        ReasonCode.TOPIC_INVALID,
                        "topic '" + shorten(text) + "' has the wildcard '" + c + "' at index " + i
                                + "; only filters may have wildcards (MQTT 5, 3.3.2.1)");
            }
        }
        return new Topic(text);
    }

    /**
     * @param text levels separated by {@code .}, with {@code %2E}, {@code %25}, {@code %2A} for those characters
     * @throws SignalboxException TOPIC_INVALID or TOPIC_TOO_DEEP
     */
    public static Topic ofNative(String text) {
        if (text.indexOf('*') >= 0) {
            throw new SignalboxException(
                    ReasonCode.TOPIC_INVALID,
                    "topic '" + shorten(text) + "' has the wildcard '*' at index " + text.indexOf('*')
                            + "; only filters may have wildcards");
        }
        return ofMqtt(Levels.split(text, '.').stream()
                .map(level -> Levels.unescape(level, ReasonCode.TOPIC_INVALID, "topic"))
                .collect(Collectors.joining("/")));
    }

    /** Canonical form, levels separated by {@code /}. */
    public String text() {
        return text;
    }

    /** Levels separated by {@code .}. */
    public String nativeText() {
        return levels().stream().map(Levels::escape).collect(Collectors.joining("."));
    }

    public List<String> levels() {
        return Levels.split(text, '/');
    }

    /** True for {@code $}-topics, which wildcards in the first level never match (MQTT 5, 4.7.2). */
    public boolean isSystem() {
        return text.charAt(0) == '$';
    }

    static String shorten(String text) {
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof Topic that && hash == that.hash && text.equals(that.text));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return text;
    }
}
