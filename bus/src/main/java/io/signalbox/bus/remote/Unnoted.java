package io.signalbox.bus.remote;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Events that are handled and that the inbox could not be told of: it may answer and not write, or not take one id. They
 * come again ever more rarely, only to be noted. Those of the last so many are remembered, as long as the process lives;
 * what was forgotten is handled again. Thread safe.
 */
final class Unnoted {
    private static final int EVENTS_MAX = 10_000;
    /** An id may be long, and somebody else's choice. */
    private static final int CHARS_MAX = 4_000_000;

    private static final Duration PAUSE_FIRST = Duration.ofMillis(100);
    private static final Duration PAUSE_MAX = Duration.ofMinutes(1);

    /** The last pause of each id; guarded by this, the oldest first. */
    private final LinkedHashMap<String, Duration> pauses = new LinkedHashMap<>();

    private long chars;

    synchronized boolean has(String messageId) {
        return pauses.containsKey(messageId);
    }

    /** The inbox did not take it. @return when to try again */
    synchronized Duration failed(String messageId) {
        Duration last = pauses.get(messageId);
        Duration next = last == null ? PAUSE_FIRST : min(last.multipliedBy(2), PAUSE_MAX);
        pauses.put(messageId, next);
        if (last == null) {
            chars += messageId.length();
        }
        while (pauses.size() > EVENTS_MAX || (chars > CHARS_MAX && pauses.size() > 1)) {
            Map.Entry<String, Duration> oldest = pauses.firstEntry();
            noted(oldest.getKey());
        }
        return next;
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    synchronized void noted(String messageId) {
        if (pauses.remove(messageId) != null) {
            chars -= messageId.length();
        }
    }
}
