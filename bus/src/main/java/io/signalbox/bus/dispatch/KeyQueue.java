package io.signalbox.bus.dispatch;

import io.signalbox.bus.message.Envelope;
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
    private final Owner owner;
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

    /** What a key asks of the type that it belongs to. */
    interface Owner {
        /** A token is to wait until it is given to {@link KeyQueue#turn}; false: there is no room. */
        boolean offer(KeyQueue token);

        /** A token was taken out, but its event still waits and counts. */
        void hold();

        /** One that was held counts no more. */
        void letGo();

        /** Events that wait behind a dead letter and count in no bound: so many more, or fewer. */
        void parked(int change);

        /** It came from outside, and waits there while its key is parked. Called under the key's lock. */
        void giveBack(Envelope<?> envelope);

        /** Ends in {@link KeyQueue#settled}, now or later. */
        void deliver(Envelope<?> envelope, KeyQueue key);

        /** Is no handler called any more? */
        boolean isAbandoning();

        /** Makes a dead letter of it: its turn comes too late. */
        void giveUp(Envelope<?> envelope);

        void execute(Runnable task);

        void remove(KeyQueue empty);
    }

    KeyQueue(String key, Owner owner) {
        this.key = key;
        this.owner = owner;
    }

    String key() {
        return key;
    }

    /** Null: this one is forgotten, ask the table again. */
    synchronized KeyTable.@Nullable Offer offer(Envelope<?> envelope, int parkedMax) {
        if (removed) {
            return null;
        }
        if (parkedBy > 0 && (waiting.size() >= parkedMax || isFromOutside(envelope))) {
            return KeyTable.Offer.PARKED;
        }
        if (!owner.offer(this)) {
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

    /** When the oldest event was sent whose turn came while the key was busy, epoch milliseconds; the latest: there is none. */
    synchronized long heldSinceMillis() {
        Envelope<?> oldest = held == 0 ? null : waiting.peekFirst();
        return oldest == null ? Long.MAX_VALUE : oldest.timestampMillis();
    }

    /** Gives up such an event to make room. */
    synchronized @Nullable Envelope<?> dropHeld() {
        if (held == 0) {
            return null;
        }
        takeOne();
        return waiting.pollFirst();
    }

    /** A worker met a token of this key. */
    void turn() {
        Envelope<?> first;
        boolean late;
        synchronized (this) {
            // Whoever closed the bus has taken what was owed by then: nothing may be owed any more.
            late = owner.isAbandoning();
            if (parkedBy > 0 && !late) {
                if (!giveBackFirst()) {
                    owed++;
                    owner.parked(1);
                }
                return;
            }
            if (busy && !late) {
                owed++;
                held++;
                owner.hold();
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
            owner.giveUp(first);
        } else {
            loop(first);
        }
    }

    private void loop(Envelope<?> first) {
        Envelope<?> next = first;
        while (next != null) {
            owner.deliver(next, this);
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
            owner.execute(() -> loop(next));
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
            owner.letGo();
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
            while (owed > 0 && giveBackFirst()) {
                takeOne();
            }
            owner.parked(owed);
            for (; held > 0; held--) {
                owner.letGo();
            }
        }
    }

    /**
     * What came from outside is not parked here: it waits where it came from, so that dead keys do not use up the
     * credit of the link. Under the lock, so that nothing is let in before the link knows of it.
     */
    private boolean giveBackFirst() {
        Envelope<?> first = waiting.peekFirst();
        if (first == null || !isFromOutside(first)) {
            return false;
        }
        waiting.removeFirst();
        owner.giveBack(first);
        return true;
    }

    private static boolean isFromOutside(Envelope<?> envelope) {
        return envelope.meta().completion() != null;
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
            owner.parked(-owed);
            if (busy) {
                return;
            }
            busy = true;
            looping = true;
            next = nextOwed();
        }
        if (next != null) {
            owner.execute(() -> loop(next));
        }
    }

    private void removeIfIdle() {
        if (waiting.isEmpty() && !busy && parkedBy == 0 && owed == 0) {
            removed = true;
            owner.remove(this);
        }
    }

    /** Gives up what waits here; for a bus that closes. */
    synchronized List<Envelope<?>> takeOwed() {
        List<Envelope<?>> taken = new ArrayList<>();
        if (parkedBy > 0) {
            owner.parked(-owed);
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
