package io.signalbox.transports.jdbc;

import io.signalbox.topic.TopicFilter;

/**
 * A topic filter as a regular expression that PostgreSQL and H2 read alike, for {@code '/' || topic}: with a slash
 * before each level, {@code #} is any number of them.
 */
final class FilterPattern {
    private static final String LEVEL = "/[^/]*";

    private FilterPattern() {}

    static String of(TopicFilter filter) {
        StringBuilder pattern = new StringBuilder("^");
        String first = filter.levels().getFirst();
        if (!first.startsWith("$")) {
            pattern.append("(?!/\\$)"); // MQTT 5, 4.7.2
        }
        for (String level : filter.levels()) {
            switch (level) {
                case TopicFilter.ONE_LEVEL -> pattern.append(LEVEL);
                case TopicFilter.ANY_LEVELS -> pattern.append('(').append(LEVEL).append(")*");
                default -> {
                    pattern.append('/');
                    literal(pattern, level);
                }
            }
        }
        return pattern.append('$').toString();
    }

    /** Whatever is ASCII and neither letter nor digit is escaped: both read that as the character itself. */
    static void literal(StringBuilder pattern, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain =
                    c >= 0x80 || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c < ' ';
            pattern.append(plain ? "" : "\\").append(c);
        }
    }
}
