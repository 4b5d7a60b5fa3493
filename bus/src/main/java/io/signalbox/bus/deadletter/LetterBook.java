package io.signalbox.bus.deadletter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters there are. One bound holds for those that a store has: they stay until they are handled or
 * discarded, and when there are as many, the store is given no more. The same bound holds for those in memory alone,
 * whose oldest gives way. A letter that is being redriven stays until it is known that it was handled.
 *
 * <p>All fields are guarded by this.
 */
final class LetterBook {
    private final int lettersMax;
    private final Map<String, DeadLetter> letters = new LinkedHashMap<>();
    private final Set<String> redriving = new HashSet<>();
    /** Letters that the store has, or is being given. */
    private int stored;

    LetterBook(int lettersMax) {
        this.lettersMax = lettersMax;
    }

    /** What the store had from the beginning. */
    synchronized void found(List<DeadLetter> left) {
        left.forEach(letter -> letters.put(letter.id(), letter));
        stored = letters.size();
    }

    /** False: the store has as many as it may. */
    synchronized boolean reserve() {
        if (stored >= lettersMax) {
            return false;
        }
        stored++;
        return true;
    }

    /** The store did not take what was reserved for. */
    synchronized void giveBack() {
        stored--;
    }

    /** @return the letter that gives way to it; null: none */
    synchronized @Nullable DeadLetter put(DeadLetter letter) {
        DeadLetter before = letters.get(letter.id());
        // While it was being redriven it may have become known what it parks.
        letters.put(letter.id(), before == null ? letter : letter.parkingAs(before));
        return letters.size() - stored > lettersMax ? takeOldestInMemoryAlone() : null;
    }

    private @Nullable DeadLetter takeOldestInMemoryAlone() {
        for (DeadLetter each : letters.values()) {
            if (!each.durable() && !redriving.contains(each.id())) {
                return letters.remove(each.id());
            }
        }
        return null;
    }

    /** False: it has become another meanwhile. */
    synchronized boolean replace(DeadLetter letter, DeadLetter by) {
        return letters.replace(letter.id(), letter, by);
    }

    /** Oldest first. */
    List<DeadLetter> list() {
        List<DeadLetter> all;
        synchronized (this) {
            all = new ArrayList<>(letters.values());
        }
        all.sort(Comparator.comparingLong(letter -> letter.deaths().getFirst().firstMillis()));
        return all;
    }

    synchronized @Nullable DeadLetter find(String id) {
        return letters.get(id);
    }

    synchronized int size() {
        return letters.size();
    }

    /** Null: there is none, or it is being redriven already. */
    synchronized @Nullable DeadLetter beginRedrive(String id) {
        DeadLetter letter = letters.get(id);
        return letter != null && redriving.add(id) ? letter : null;
    }

    synchronized void endRedrive(String id) {
        redriving.remove(id);
    }

    /** For good. Null: there is none, or it is being redriven. */
    synchronized @Nullable DeadLetter take(String id) {
        DeadLetter letter = redriving.contains(id) ? null : letters.remove(id);
        if (letter != null && letter.durable()) {
            stored--;
        }
        return letter;
    }
}
