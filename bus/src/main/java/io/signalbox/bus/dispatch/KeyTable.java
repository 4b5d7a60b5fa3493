package io.signalbox.bus.dispatch;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.queue.BoundedQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The ordering keys of one type that have events; a key without any is forgotten. Where handlers run on the caller's
 * thread no token goes into the queue: the caller has it in his hand, and is the worker that meets it.
 */
final class KeyTable implements KeyQueue.Owner {
    private final EventLane lane;
    private final BoundedQueue<Object> queue;
    private final int parkedMax;
    private final boolean callerRuns;
    private final ConcurrentHashMap<String, KeyQueue> byKey = new ConcurrentHashMap<>();

    KeyTable(EventLane lane, BoundedQueue<Object> queue, int parkedMax, boolean callerRuns) {
        this.lane = lane;
        this.queue = queue;
        this.parkedMax = parkedMax;
        this.callerRuns = callerRuns;
    }

    enum Offer {
        ACCEPTED,
        FULL,
        PARKED
    }

    Offer offer(String key, Envelope<?> envelope) {
        while (true) {
            KeyQueue keyed = ofKey(key);
            Offer answer = keyed.offer(envelope, parkedMax);
            if (answer == Offer.ACCEPTED && callerRuns) {
                keyed.turn();
            }
            if (answer != null) {
                return answer;
            }
        }
    }

    private KeyQueue ofKey(String key) {
        return byKey.computeIfAbsent(key, k -> new KeyQueue(k, this));
    }

    /** For a dead letter of an earlier process. */
    void park(String key) {
        while (!ofKey(key).parkUnlessRemoved()) {}
    }

    void unpark(String key) {
        @Nullable KeyQueue keyed = byKey.get(key);
        if (keyed != null) {
            keyed.unpark();
        }
    }

    /** Makes room when busy keys hold all of it; null: they hold nothing. */
    @Nullable
    Envelope<?> dropOldestHeld() {
        while (true) {
            KeyQueue oldest = null;
            long since = Long.MAX_VALUE;
            for (KeyQueue key : byKey.values()) {
                long own = key.heldSinceMillis();
                if (own < since) {
                    since = own;
                    oldest = key;
                }
            }
            if (oldest == null) {
                return null;
            }
            Envelope<?> dropped = oldest.dropHeld();
            if (dropped != null) {
                return dropped;
            }
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

    // ---- what keys ask for

    @Override
    public boolean offer(KeyQueue token) {
        return callerRuns ? lane.mayEnterInline() : queue.offer(token);
    }

    @Override
    public void hold() {
        queue.hold();
    }

    @Override
    public void letGo() {
        queue.letGo();
        lane.roomMade();
    }

    @Override
    public void parked(int change) {
        lane.parked(change);
    }

    @Override
    public void giveBack(Envelope<?> envelope) {
        lane.end(envelope, null, new End.Dropped(Reason.PARKED));
    }

    @Override
    public void deliver(Envelope<?> envelope, KeyQueue key) {
        lane.deliver(envelope, key, null);
    }

    @Override
    public boolean isAbandoning() {
        return lane.isAbandoning();
    }

    @Override
    public void giveUp(Envelope<?> envelope) {
        lane.giveUp(envelope);
    }

    @Override
    public void execute(Runnable task) {
        lane.execute(task);
    }

    @Override
    public void remove(KeyQueue empty) {
        byKey.remove(empty.key(), empty);
    }
}
