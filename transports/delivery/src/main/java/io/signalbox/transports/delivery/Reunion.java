package io.signalbox.transports.delivery;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * After a lost connection the engine hands over again what it has no settlement for. This recognises such messages, so
 * that a subscriber that still holds one does not get it twice, and one whose settlement was on its way is settled
 * again. Bounded by the hand-overs that an engine may have open: the credit, if it says no other number. Guarded by the
 * mailbox.
 */
final class Reunion<H> {
    private int max;
    private final ArrayDeque<Object> settledLately = new ArrayDeque<>();
    private final Map<Object, Remembered> ofEarlierOwners = new HashMap<>();
    private final LinkedHashMap<Object, Arrival<H>> lost = new LinkedHashMap<>();
    private final ArrayDeque<Object> settledWhenLost = new ArrayDeque<>();

    Reunion(int credit) {
        max = Math.max(16, credit);
    }

    void openHandOversMax(int open) {
        max = Math.max(max, open);
    }

    void remember(Map<Object, Remembered> remembered) {
        ofEarlierOwners.putAll(remembered);
    }

    /** Its settlement has been sent, and may still be on its way. */
    void settled(Arrival<H> arrival) {
        if (arrival.identity != null) {
            if (settledLately.size() >= max) {
                settledLately.poll();
            }
            settledLately.add(arrival.identity);
        }
    }

    /** The connection is gone: these are whose settlement the engine may never have seen. */
    void connectionLost() {
        settledWhenLost.addAll(settledLately);
        settledLately.clear();
        while (settledWhenLost.size() > 2 * max) {
            settledWhenLost.poll();
        }
    }

    /** This one will be handed over again, or was given to somebody else. */
    void expect(Arrival<H> arrival) {
        arrival.handle = null;
        if (arrival.identity != null) {
            lost.put(arrival.identity, arrival);
            if (lost.size() > 3 * max) {
                lost.pollFirstEntry();
            }
        }
    }

    boolean expectsNobody() {
        return lost.isEmpty() && settledWhenLost.isEmpty() && ofEarlierOwners.isEmpty();
    }

    /** The same message as it was when the connection was lost. */
    @Nullable
    Arrival<H> meet(Arrival<H> again) {
        return again.identity == null ? null : lost.remove(again.identity);
    }

    boolean wasSettled(Arrival<H> again) {
        return again.identity != null && settledWhenLost.remove(again.identity);
    }

    @Nullable
    Remembered earlier(Arrival<H> again) {
        return again.identity == null ? null : ofEarlierOwners.remove(again.identity);
    }

    Iterable<Arrival<H>> stillLost() {
        return lost.values();
    }

    Map<Object, Remembered> notMet() {
        return ofEarlierOwners;
    }
}
