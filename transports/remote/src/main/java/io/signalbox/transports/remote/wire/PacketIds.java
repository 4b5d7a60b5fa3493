package io.signalbox.transports.remote.wire;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who waits for the answer to which packet (MQTT 5, 2.2.1). The loop's. */
final class PacketIds<T> {
    private static final int MAX = 65_535;

    private final Map<Integer, T> waiting = new HashMap<>();
    private int last;

    int size() {
        return waiting.size();
    }

    /** @throws IllegalStateException if all are taken: who sends keeps to the server's Receive Maximum */
    int take(T who) {
        if (waiting.size() == MAX) {
            throw new IllegalStateException("all " + MAX + " packet identifiers wait for their answers");
        }
        do {
            last = last == MAX ? 1 : last + 1;
        } while (waiting.containsKey(last));
        waiting.put(last, who);
        return last;
    }

    /** Null for an answer that nobody waits for. */
    @Nullable
    T free(int id) {
        return waiting.remove(id);
    }

    void clear() {
        waiting.clear();
    }

    /** Nobody hears anything any more but this. */
    void endAll(Consumer<T> word) {
        List<T> all = List.copyOf(waiting.values());
        waiting.clear();
        all.forEach(word);
    }
}
