package io.signalbox.transports.redis;

import io.signalbox.message.Message;
import java.util.HashSet;
import java.util.Set;

/**
 * Topics and ordering keys of which an entry of the intake was refused: what comes later in one of them must not pass
 * it. Kept as hashes, since a stranger makes them up; two that share one by chance wait for each other. Owned by the
 * worker.
 */
final class Lanes {
    private static final int MAX = 20_000;

    private final Set<Long> held = new HashSet<>();

    /** Whatever holds one of the message's lanes. */
    boolean holds(Message message) {
        String key = message.properties().orderingKey();
        return held.contains(hash('t', message.topic().text())) || key != null && held.contains(hash('k', key));
    }

    void hold(Message message) {
        held.add(hash('t', message.topic().text()));
        String key = message.properties().orderingKey();
        if (key != null) {
            held.add(hash('k', key));
        }
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    /** There is no room for another: nothing further can be looked at. */
    boolean isFull() {
        return held.size() >= MAX;
    }

    void clear() {
        held.clear();
    }

    /** FNV-1a over chars, 64 bits. */
    private static long hash(char kind, String text) {
        long hash = (0xcbf29ce484222325L ^ kind) * 0x100000001b3L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
