package io.signalbox.security.permission;

import io.signalbox.access.Principal;
import io.signalbox.error.SignalboxException;
import io.signalbox.topic.TopicFilter;
import java.util.List;
import java.util.Optional;

/**
 * A topic filter with {@code %c} for the client id, {@code %u} for the user name and {@code %%} for a percent sign.
 * The values come from strangers: one that is empty, or has a wildcard, a separator or a leading {@code $}, is never
 * put in (CVE-2017-7650, CVE-2026-44838).
 */
final class FilterTemplate {
    private final String text;
    private final List<String> levels;

    private FilterTemplate(String text, List<String> levels) {
        this.text = text;
        this.levels = levels;
    }

    /** @throws IllegalArgumentException saying what is wrong with it */
    static FilterTemplate parse(String text) {
        for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 2)) {
            char c = i + 1 < text.length() ? text.charAt(i + 1) : ' ';
            if (c != 'c' && c != 'u' && c != '%') {
                throw new IllegalArgumentException("filter '" + text + "' has '%' at index " + i
                        + " without c, u or % after it; write %% for a percent sign");
            }
        }
        try {
            TopicFilter.ofCanonical(text);
        } catch (SignalboxException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
        return new FilterTemplate(text, List.of(text.split("/", -1)));
    }

    /** The filter for this principal; empty if a value cannot be put in, and then the rule allows nothing. */
    Optional<TopicFilter> narrow(Principal principal) {
        StringBuilder filter = new StringBuilder();
        for (int i = 0; i < levels.size(); i++) {
            Optional<String> level = substitute(levels.get(i), i == 0, principal);
            if (level.isEmpty()) {
                return Optional.empty();
            }
            filter.append(i == 0 ? "" : "/").append(level.get());
        }
        return parsed(filter.toString());
    }

    /** The same for a denial, which where a value cannot be put in denies everything from that level on. */
    Optional<TopicFilter> wide(Principal principal) {
        StringBuilder filter = new StringBuilder();
        for (int i = 0; i < levels.size(); i++) {
            Optional<String> level = substitute(levels.get(i), i == 0, principal);
            filter.append(i == 0 ? "" : "/").append(level.orElse(TopicFilter.ANY_LEVELS));
            if (level.isEmpty()) {
                break;
            }
        }
        return parsed(filter.toString());
    }

    private static Optional<TopicFilter> parsed(String filter) {
        try {
            return Optional.of(TopicFilter.ofCanonical(filter));
        } catch (SignalboxException e) {
            // A value made it too long: no topic that long exists, so there is nothing to allow or to deny.
            return Optional.empty();
        }
    }

    private static Optional<String> substitute(String level, boolean first, Principal principal) {
        if (level.indexOf('%') < 0) {
            return Optional.of(level);
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < level.length(); i++) {
            char c = level.charAt(i);
            if (c != '%') {
                plain.append(c);
                continue;
            }
            char variable = level.charAt(++i);
            if (variable == '%') {
                plain.append('%');
                continue;
            }
            String value = variable == 'c' ? principal.clientId() : principal.name();
            if (!isSafe(value) || (first && plain.isEmpty() && value.startsWith("$"))) {
                return Optional.empty();
            }
            plain.append(value);
        }
        return Optional.of(plain.toString());
    }

    private static boolean isSafe(String value) {
        return !value.isEmpty() && value.chars().noneMatch(c -> c == '+' || c == '#' || c == '/' || c == 0);
    }

    @Override
    public String toString() {
        return text;
    }
}
