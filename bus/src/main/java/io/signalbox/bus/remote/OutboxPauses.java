package io.signalbox.bus.remote;

import io.signalbox.error.ReasonCode;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The ordering keys, and the messages without one, that the transport did not take, and when each is tried again. A
 * pause doubles as long as it is refused. Owned by the relay's turn.
 */
final class OutboxPauses {
    /** As {@link Outbox.Paused} says: beyond it nothing is read until one of them is due. */
    static final int PAUSES_MAX = 1_000;

    /** They say something of the transport, and nothing of a message. */
    private static final Set<ReasonCode> AWAY = Set.of(ReasonCode.BUSY, ReasonCode.SHUTTING_DOWN, ReasonCode.CLOSED);

    private static final Duration WHILE_AWAY = Duration.ofMillis(500);
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

    /** Its ordering key, or its number if it has none. */
    static Object of(Outbox.Entry entry) {
        String key = entry.key();
        return key == null ? entry.number() : key;
    }

    void refused(Outbox.Entry entry, ReasonCode why, long nowNanos) {
        Pause before = pauses.get(of(entry));
        if (AWAY.contains(why)) {
            long again = before == null ? FIRST.toNanos() / 2 : before.lengthNanos;
            pauses.put(of(entry), new Pause(nowNanos + WHILE_AWAY.toNanos(), again));
            return;
        }
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

    boolean isEmpty() {
        return pauses.isEmpty();
    }

    /** @param others that are not to be read either, known as these are */
    Outbox.Paused with(Collection<Object> others, long nowNanos) {
        pauses.values().removeIf(pause -> pause.isForgotten(nowNanos));
        Set<String> keys = new HashSet<>();
        Set<Long> numbers = new HashSet<>();
        others.forEach(of -> enter(of, keys, numbers));
        pauses.forEach((of, pause) -> {
            if (pause.holds(nowNanos)) {
                enter(of, keys, numbers);
            }
        });
        return new Outbox.Paused(keys, numbers);
    }

    private static void enter(Object of, Set<String> keys, Set<Long> numbers) {
        switch (of) {
            case String key -> keys.add(key);
            case Long number -> numbers.add(number);
            default -> throw new IllegalStateException("neither key nor number: " + of);
        }
    }
}
