package io.signalbox.bus.dispatch;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.queue.BoundedQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The ordering keys of one type that have events; a key without any is forgotten. */
final class KeyTable {
    private final EventLane lane;
    private final BoundedQueue<Object> queue;
    private final int parkedMax;
    private final ConcurrentHashMap<String, KeyQueue> byKey = new ConcurrentHashMap<>();

    KeyTable(EventLane lane, BoundedQueue<Object> queue, int parkedMax) {
        this.lane = lane;
        this.queue = queue;
        this.parkedMax = parkedMax;
    }

    enum Offer {
        ACCEPTED,
        FULL,
        PARKED
    }

    Offer offer(String key, Envelope<?> envelope) {
        while (true) {
            KeyQueue keyed = byKey.computeIfAbsent(key, k -> new KeyQueue(k, lane, this, queue));
            Offer answer = keyed.offer(envelope, parkedMax);
            if (answer != null) {
                return answer;
            }
        }
    }

    void remove(KeyQueue empty) {
        byKey.remove(empty.key(), empty);
    }

    /** For a dead letter of an earlier process. */
    void park(String key) {
        while (!byKey.computeIfAbsent(key, k -> new KeyQueue(k, lane, this, queue))
                .parkUnlessRemoved()) {}
    }

    void unpark(String key) {
        @Nullable KeyQueue keyed = byKey.get(key);
        if (keyed != null) {
            keyed.unpark();
        }
    }

    /** What is parked, or waits behind an event that did not end; for a bus that closes. */
    List<Envelope<?>> takeOwed() {
        List<Envelope<?>> taken = new ArrayList<>();
        for (KeyQueue key : byKey.values()) {
            taken.addAll(key.takeOwed());
        }
        return taken;
    }
}
