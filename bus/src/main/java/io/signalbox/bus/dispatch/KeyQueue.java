package io.signalbox.bus.dispatch;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.queue.BoundedQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events of one ordering key, in the order they were published; one at a time is with the handlers. For each event
 * that waits here there is one token of this key in the ring of the type, or, if a worker met the token while the key
 * was busy or parked, one that is owed. So a key takes its turns among all others, and the ring's bound holds for both.
 *
 * <p>All fields are guarded by this. Events are delivered without the lock, by whoever set {@code looping}.
 */
final class KeyQueue {
    private final String key;
    private final EventLane lane;
    private final KeyTable table;
    private final BoundedQueue<Object> ring;
    private final ArrayDeque<Envelope<?>> waiting = new ArrayDeque<>(4);

    /** An event is with the handlers. */
    private boolean busy;
    /** A thread is in {@link #loop}. */
    private boolean looping;
    /** The loop's event was settled before the loop came to ask. */
    private boolean settledInLoop;
    /** Dead letters of this key. */
    private int parkedBy;
    /** Tokens taken from the ring whose event still waits here. */
    private int owed;
    /** Those of the owed that count in the ring's bound. What is parked does not: one bad key would fill the queue. */
    private int held;
    /** Forgotten by the table: offer to another. */
    private boolean removed;

    KeyQueue(String key, EventLane lane, KeyTable table, BoundedQueue<Object> ring) {
        this.key = key;
        this.lane = lane;
        this.table = table;
        this.ring = ring;
    }

    String key() {
        return key;
    }

    /** Null: this one is forgotten, ask the table again. */
    synchronized KeyTable.@Nullable Offer offer(Envelope<?> envelope, int parkedMax) {
        if (removed) {
            return null;
        }
        if (parkedBy > 0 && waiting.size() >= parkedMax) {
            return KeyTable.Offer.PARKED;
        }
        if (!ring.offer(this)) {
            removeIfIdle();
            return KeyTable.Offer.FULL;
        }
        waiting.addLast(envelope);
        return KeyTable.Offer.ACCEPTED;
    }

    /** A token was taken from the ring to make room. */
    synchronized @Nullable Envelope<?> dropOldest() {
        Envelope<?> oldest = waiting.pollFirst();
        removeIfIdle();
        return oldest;
    }

    /** A worker met a token of this key. */
    void turn() {
        Envelope<?> first;
        boolean late;
        synchronized (this) {
            // Whoever closed the bus has taken what was owed by then: nothing may be owed any more.
            late = lane.isAbandoning();
            if (parkedBy > 0 && !late) {
                owed++;
                lane.parked(1);
                return;
            }
            if (busy && !late) {
                owed++;
                held++;
                ring.hold();
                return;
            }
            first = waiting.pollFirst();
            if (first == null) {
                removeIfIdle();
                return;
            }
            if (!late) {
                busy = true;
                looping = true;
            }
        }
        if (late) {
            lane.giveUp(first);
        } else {
            loop(first);
        }
    }

    private void loop(Envelope<?> first) {
        Envelope<?> next = first;
        while (next != null) {
            lane.deliver(next, this, null);
            next = nextInLoop();
        }
    }

    private synchronized @Nullable Envelope<?> nextInLoop() {
        if (!settledInLoop) {
            looping = false;
            return null;
        }
        settledInLoop = false;
        return nextOwed();
    }

    /** The event that was with the handlers is at its end. */
    void settled() {
        Envelope<?> next;
        synchronized (this) {
            if (looping) {
                settledInLoop = true;
                return;
            }
            looping = true;
            next = nextOwed();
        }
        if (next != null) {
            lane.runKey(() -> loop(next));
        }
    }

    /** The next event whose token was taken; if there is none, the key is idle. */
    private @Nullable Envelope<?> nextOwed() {
        if (parkedBy == 0 && owed > 0) {
            takeOne();
            Envelope<?> next = waiting.pollFirst();
            if (next != null) {
                return next;
            }
        }
        busy = false;
        looping = false;
        removeIfIdle();
        return null;
    }

    private void takeOne() {
        owed--;
        if (held > 0) {
            held--;
            ring.letGo();
        }
    }

    /** False: this one is forgotten, ask the table again. */
    synchronized boolean parkUnlessRemoved() {
        if (!removed) {
            park();
        }
        return !removed;
    }

    synchronized void park() {
        if (parkedBy++ == 0) {
            lane.parked(owed);
            for (; held > 0; held--) {
                ring.letGo();
            }
        }
    }

    void unpark() {
        Envelope<?> next;
        synchronized (this) {
            if (parkedBy == 0) {
                return;
            }
            parkedBy--;
            if (parkedBy > 0) {
                return;
            }
            lane.parked(-owed);
            if (busy) {
                return;
            }
            busy = true;
            looping = true;
            next = nextOwed();
        }
        if (next != null) {
            lane.runKey(() -> loop(next));
        }
    }

    private void removeIfIdle() {
        if (waiting.isEmpty() && !busy && parkedBy == 0 && owed == 0) {
            removed = true;
            table.remove(this);
        }
    }

    /** Gives up what waits here; for a bus that closes. */
    synchronized List<Envelope<?>> takeOwed() {
        List<Envelope<?>> taken = new ArrayList<>();
        if (parkedBy > 0) {
            lane.parked(-owed);
        }
        while (owed > 0) {
            takeOne();
            Envelope<?> next = waiting.pollFirst();
            if (next != null) {
                taken.add(next);
            }
        }
        return taken;
    }
}
