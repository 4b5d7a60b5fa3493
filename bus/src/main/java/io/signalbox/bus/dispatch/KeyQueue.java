package io.signalbox.bus.dispatch;

import io.signalbox.bus.message.Completion;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.queue.Parking;
import io.signalbox.bus.queue.Returnable;
import io.signalbox.bus.queue.Source;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The events of one ordering key, in the order they were published; one at a time is with the handlers. Each has a token
 * ({@link Tokens}), so a key takes its turns among all others, and the ring's bound holds for both.
 *
 * <p>A key is parked when it has dead letters and no event is with the handlers: until the event that died is at its
 * end, nothing can overtake it, and whether the bus keeps the letter, and for how long, is not known. What came from
 * outside then goes back there all at once, and is let in again oldest first, so that
 *
 * <pre>
 * with the handlers  is older than  waiting  is older than  away  is older than  whatever was never here
 * </pre>
 *
 * <p>All fields are guarded by this. Events are delivered without the lock, by whoever set {@code looping}.
 */
final class KeyQueue implements Parking {
    private final String key;
    private final KeyOwner owner;
    private final ArrayDeque<Envelope<?>> waiting = new ArrayDeque<>(4);
    private final Tokens tokens;
    private final Elsewhere elsewhere;
    /** An event is with the handlers. */
    private boolean busy;
    /** A thread is in {@link #loop}. */
    private boolean looping;
    /** The loop's event was settled before the loop came to ask. */
    private boolean settledInLoop;
    /** Dead letters of this key. */
    private int parkedBy;
    /** Forgotten by the table: offer to another. */
    private boolean removed;

    KeyQueue(String key, KeyOwner owner) {
        this.key = key;
        this.owner = owner;
        tokens = new Tokens(owner);
        elsewhere = new Elsewhere(owner);
    }

    String key() {
        return key;
    }

    /** Null: this one is forgotten, ask the table again. */
    synchronized KeyTable.@Nullable Offer offer(Envelope<?> envelope, int parkedMax) {
        if (removed) {
            return null;
        }
        Completion outside = returnable(envelope);
        if (outside == null) {
            return parkedBy > 0 && waiting.size() >= parkedMax ? KeyTable.Offer.PARKED : enter(envelope);
        }
        if (mustGoBack(outside)) {
            elsewhere.refused(outside, this);
            return KeyTable.Offer.PARKED;
        }
        KeyTable.Offer answer = enter(envelope);
        if (answer == KeyTable.Offer.ACCEPTED) {
            elsewhere.letIn(outside);
        }
        return answer;
    }

    private boolean mustGoBack(Returnable outside) {
        return isParked() || elsewhere.isBefore(outside);
    }

    @Override
    public synchronized boolean refuses(Returnable again) {
        return !removed && mustGoBack(again) && elsewhere.refusedAgain(again);
    }

    @Override
    public synchronized void gone(Returnable ended) {
        elsewhere.gone(ended);
        removeIfIdle();
    }

    private KeyTable.Offer enter(Envelope<?> envelope) {
        if (!owner.offer(this)) {
            removeIfIdle();
            return KeyTable.Offer.FULL;
        }
        waiting.addLast(envelope);
        return KeyTable.Offer.ACCEPTED;
    }

    /** Null: it never left this process, or nobody would take it back. */
    private static @Nullable Completion returnable(Envelope<?> envelope) {
        Completion outside = envelope.meta().completion();
        return outside != null && outside.canGoBack() ? outside : null;
    }

    private boolean isParked() {
        return parkedBy > 0 && !busy;
    }

    /** A token was taken from the ring to make room. */
    synchronized @Nullable Envelope<?> dropOldest() {
        if (tokens.wasStale()) {
            return null;
        }
        Envelope<?> oldest = waiting.pollFirst();
        removeIfIdle();
        return oldest;
    }

    /** When the oldest event was sent whose turn came while the key was busy, epoch milliseconds; the latest: there is none. */
    synchronized long heldSinceMillis() {
        Envelope<?> oldest = tokens.isAnyHeld() ? waiting.peekFirst() : null;
        return oldest == null ? Long.MAX_VALUE : oldest.timestampMillis();
    }

    /** Gives up such an event to make room. */
    synchronized @Nullable Envelope<?> dropHeld() {
        if (!tokens.isAnyHeld()) {
            return null;
        }
        tokens.takeOne();
        return waiting.pollFirst();
    }

    /** A worker met a token of this key. */
    void turn() {
        Envelope<?> first;
        boolean late;
        synchronized (this) {
            if (tokens.wasStale()) {
                return;
            }
            // Whoever closed the bus has taken what was owed by then: nothing may be owed any more.
            late = owner.isAbandoning();
            if (!late && (busy || parkedBy > 0)) {
                tokens.owe(busy);
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

    /** The next event whose token was taken; if there is none, the key is idle or parked. */
    private @Nullable Envelope<?> nextOwed() {
        if (parkedBy == 0 && tokens.owed() > 0) {
            tokens.takeOne();
            Envelope<?> next = waiting.pollFirst();
            if (next != null) {
                return next;
            }
        }
        busy = false;
        looping = false;
        if (parkedBy > 0) {
            becomeParked();
        }
        removeIfIdle();
        return null;
    }

    /** False: this one is forgotten, ask the table again. */
    synchronized boolean parkUnlessRemoved() {
        if (!removed) {
            park();
        }
        return !removed;
    }

    /** An event of this key has died; what is behind it waits, from the moment on when that one is at its end. */
    synchronized void park() {
        if (parkedBy++ == 0 && !busy) {
            becomeParked();
        }
    }

    private void becomeParked() {
        leave(each -> returnable(each) != null, owner::giveBack);
        tokens.park();
    }

    /**
     * What can wait where it came from is not parked here, so that dead keys do not use up the credit of the link; what
     * came by a link that has ended, and is not brought again by the next, stays. Under the lock, so that nothing is let
     * in before it is known that they are away.
     */
    private void leave(Predicate<Envelope<?>> which, Consumer<Envelope<?>> how) {
        List<Envelope<?>> leaving = new ArrayList<>();
        List<Completion> returning = new ArrayList<>();
        for (int left = waiting.size(); left > 0; left--) {
            Envelope<?> each = waiting.removeFirst();
            Completion outside = each.meta().completion();
            if (outside != null && which.test(each)) {
                leaving.add(each);
                returning.add(outside);
            } else {
                waiting.addLast(each);
            }
        }
        elsewhere.sentBack(returning, this);
        for (Envelope<?> each : leaving) {
            tokens.withdrawOne();
            how.accept(each);
        }
    }

    /**
     * What it had brought, and is not begun, is left to the link that follows if that brings it again: otherwise the same
     * event would be here twice, and if the first were dropped, the second would come after what was behind it. What it
     * had taken back is not waited for, if that comes no more.
     */
    synchronized void linkEnded(Source ended) {
        int before = tokens.owed();
        leave(each -> comesAgain(each, ended), owner::leaveToNextLink);
        if (isParked()) {
            owner.parked(tokens.owed() - before);
        }
        forgetLost(ended);
    }

    private static boolean comesAgain(Envelope<?> envelope, Source ended) {
        Completion outside = envelope.meta().completion();
        return outside != null && outside.comesAgain() && outside.source() == ended;
    }

    /** One of the dead letters is gone. */
    void unpark() {
        Envelope<?> next;
        synchronized (this) {
            if (parkedBy == 0 || --parkedBy > 0 || busy) {
                return;
            }
            owner.parked(-tokens.owed());
            busy = true;
            looping = true;
            next = nextOwed();
        }
        if (next != null) {
            owner.execute(() -> loop(next));
        }
    }

    /** Does not wait any longer for what should have come again. */
    synchronized void forgetLost(Source now) {
        elsewhere.forgetLost(now);
        removeIfIdle();
    }

    private void removeIfIdle() {
        if (waiting.isEmpty() && !busy && parkedBy == 0 && tokens.owed() == 0 && elsewhere.isEmpty()) {
            removed = true;
            owner.remove(this);
        }
    }

    /** Gives up what waits here; for a bus that closes. */
    synchronized List<Envelope<?>> takeOwed() {
        List<Envelope<?>> taken = new ArrayList<>();
        if (isParked()) {
            owner.parked(-tokens.owed());
        }
        while (tokens.owed() > 0) {
            tokens.takeOne();
            Envelope<?> next = waiting.pollFirst();
            if (next != null) {
                taken.add(next);
            }
        }
        return taken;
    }
}
