package io.signalbox.bus.remote;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The ordering keys, and the messages without one, that the transport did not take, and when each is tried again. A
 * pause doubles as long as it is refused. Owned by the relay's turn.
 */
final class OutboxPauses {
    /** Beyond it, it is the transport that is at fault and no message: nothing is read until one of them is due. */
    static final int PAUSES_MAX = 1_000;

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** By ordering key, or by number for what has none. */
    private final Map<Object, Pause> pauses = new HashMap<>();

    private record Pause(long untilNanos, long lengthNanos) {
        boolean holds(long nowNanos) {
            return nowNanos - untilNanos < 0;
        }

        /** It was due long ago and not tried since: somebody else has sent it. */
        boolean isForgotten(long nowNanos) {
            return nowNanos - untilNanos > LONGEST.toNanos();
        }
    }

    private static Object of(Outbox.Entry entry) {
        String key = entry.key();
        return key == null ? entry.number() : key;
    }

    void refused(Outbox.Entry entry, long nowNanos) {
        Pause before = pauses.get(of(entry));
        long length = before == null ? FIRST.toNanos() : Math.min(2 * before.lengthNanos, LONGEST.toNanos());
        pauses.put(of(entry), new Pause(nowNanos + length, length));
    }

    /** It is not in the way any more. */
    void gone(Outbox.Entry entry) {
        pauses.remove(of(entry));
    }

    boolean holds(Outbox.Entry entry, long nowNanos) {
        Pause pause = pauses.get(of(entry));
        return pause != null && pause.holds(nowNanos);
    }

    Outbox.Paused at(long nowNanos) {
        pauses.values().removeIf(pause -> pause.isForgotten(nowNanos));
        if (pauses.isEmpty()) {
            return Outbox.Paused.NOTHING;
        }
        Set<String> keys = new HashSet<>();
        Set<Long> numbers = new HashSet<>();
        pauses.forEach((of, pause) -> {
            if (pause.holds(nowNanos)) {
                switch (of) {
                    case String key -> keys.add(key);
                    case Long number -> numbers.add(number);
                    default -> throw new IllegalStateException("neither key nor number: " + of);
                }
            }
        });
        return new Outbox.Paused(keys, numbers);
    }
}
