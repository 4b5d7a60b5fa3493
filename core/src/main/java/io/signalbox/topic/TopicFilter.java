package io.signalbox.topic;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber asks for: levels of which each is a literal, one-level wildcard ({@code +} in canonical and MQTT
 * text, {@code *} in native text) or any-levels wildcard ({@code #}, also none). {@code #} ends an MQTT filter; native
 * filters may have it anywhere, as AMQP 0.9.1 topic exchanges do.
 */
public final class TopicFilter {
    public static final String ONE_LEVEL = "+";
    public static final String ANY_LEVELS = "#";

    private final String text;
    private final List<String> levels;
    private final boolean exact;

    private TopicFilter(String text, List<String> levels) {
        this.text = text;
        this.levels = List.copyOf(levels);
        this.exact = levels.stream().noneMatch(level -> level.equals(ONE_LEVEL) || level.equals(ANY_LEVELS));
    }

    /**
     * @param text as MQTT 5, 4.7.1 has it, without a {@code $share} prefix
     * @throws SignalboxException FILTER_INVALID or TOPIC_TOO_DEEP, naming the level and the rule
     */
    public static TopicFilter ofMqtt(String text) {
        TopicFilter filter = ofCanonical(text);
        int any = filter.levels.indexOf(ANY_LEVELS);
        if (any >= 0 && any < filter.levels.size() - 1) {
            throw new SignalboxException(
                    ReasonCode.FILTER_INVALID,
                    "filter '" + Topic.shorten(text) + "' has '#' in level " + (any + 1) + " of " + filter.levels.size()
                            + "; in MQTT it must be the last (MQTT 5, 4.7.1.2)");
        }
        return filter;
    }

    /** As {@link #ofMqtt} but with {@code #} allowed in any level: the form {@link #text()} gives. */
    public static TopicFilter ofCanonical(String text) {
        Levels.check(text, ReasonCode.FILTER_INVALID, "filter");
        List<String> levels = Levels.split(text, '/');
        for (String level : levels) {
            if (level.length() > 1 && (level.indexOf('+') >= 0 || level.indexOf('#') >= 0)) {
                throw new SignalboxException(
                        ReasonCode.FILTER_INVALID,
                        "filter level '" + Topic.shorten(level)
                                + "' mixes a wildcard with other characters; a wildcard fills its level (MQTT 5, 4.7.1)");
            }
        }
        return new TopicFilter(text, levels);
    }

    /**
     * @param text levels separated by {@code .}, wildcards {@code *} and {@code #}, escapes as in {@link Topic#ofNative}
     * @throws SignalboxException FILTER_INVALID or TOPIC_TOO_DEEP
     */
    public static TopicFilter ofNative(String text) {
        List<String> levels = new ArrayList<>();
        for (String level : Levels.split(text, '.')) {
            if (level.equals("*")) {
                levels.add(ONE_LEVEL);
            } else if (level.indexOf('*') >= 0 || level.indexOf('+') >= 0) {
                throw new SignalboxException(
                        ReasonCode.FILTER_INVALID,
                        "filter level '" + Topic.shorten(level)
                                + "' has '*' or '+' beside other characters; '*' fills its level");
            } else {
                levels.add(Levels.unescape(level, ReasonCode.FILTER_INVALID, "filter"));
            }
        }
        return ofCanonical(String.join("/", levels));
    }

    /** A filter that matches this topic alone. */
    public static TopicFilter exactly(Topic topic) {
        return new TopicFilter(topic.text(), topic.levels());
    }

    /** Canonical form: levels separated by {@code /}, wildcards {@code +} and {@code #}. */
    public String text() {
        return text;
    }

    public String nativeText() {
        return levels.stream()
                .map(level -> level.equals(ONE_LEVEL) ? "*" : Levels.escape(level))
                .collect(Collectors.joining("."));
    }

    public List<String> levels() {
        return levels;
    }

    /** True if there is no wildcard in it. */
    public boolean isExact() {
        return exact;
    }

    /** The definition of a match. Routers are faster; tests hold them against this. */
    public boolean matches(Topic topic) {
        if (topic.isSystem() && !levels.getFirst().startsWith("$")) {
            return false;
        }
        return exact ? text.equals(topic.text()) : matches(topic.text());
    }

    /**
     * Greedy match with one step back, as for file name globs: a later {@code #} makes every earlier choice safe, so
     * only the last one is ever revised, and the cost stays at most filter levels times the topic's length. The topic is
     * not taken apart: a scan of a million topics leaves no garbage.
     */
    private boolean matches(String topic) {
        int f = 0;
        int at = 0; // where a level begins
        int resumeFilter = -1;
        int resumeAt = 0;
        while (at <= topic.length()) {
            if (f < levels.size() && levels.get(f).equals(ANY_LEVELS)) {
                resumeFilter = ++f;
                resumeAt = at;
                if (f == levels.size()) {
                    return true;
                }
                continue;
            }
            int end = levelEnd(topic, at);
            if (f < levels.size() && matches(levels.get(f), topic, at, end)) {
                f++;
                at = end + 1;
            } else if (resumeFilter >= 0) {
                f = resumeFilter;
                resumeAt = levelEnd(topic, resumeAt) + 1;
                at = resumeAt;
            } else {
                return false;
            }
        }
        while (f < levels.size() && levels.get(f).equals(ANY_LEVELS)) {
            f++;
        }
        return f == levels.size();
    }

    private static boolean matches(String level, String topic, int at, int end) {
        return level.equals(ONE_LEVEL) || (level.length() == end - at && topic.startsWith(level, at));
    }

    private static int levelEnd(String topic, int at) {
        int end = topic.indexOf('/', at);
        return end < 0 ? topic.length() : end;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof TopicFilter that && text.equals(that.text));
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
