package io.signalbox.bus.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What was given back to where it came from, oldest first; of one ordering key, say. It comes again one by one, in
 * whatever order, and with it what has never been here, which is younger than all that is away. So only the oldest may
 * be let in, and nothing else before it. One that does not come again (its time was over there, or somebody threw it
 * away) is waited for no longer than {@link #LOST_AFTER_NANOS}.
 *
 * <p>Each is known by its origin, which is equal for all deliveries of one message. Not thread safe.
 */
public final class Away {
    /** Far longer than anything is given back for. */
    public static final long LOST_AFTER_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Once nothing is before it any more, it comes with the next round of what is given back, or not at all. */
    public static final long DUE_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** So many more may be away, here and with all others that share this. */
    private final AtomicInteger roomLeft;

    private final ArrayDeque<Object> oldestFirst = new ArrayDeque<>(0);
    private final Map<Object, Seen> seen = new HashMap<>();

    /** One origin. */
    private static final class Seen {
        /** More than one: they cannot be told apart, so it does not matter which of them comes first. */
        private int copies;
        /** When the last of them was given back, or the one before it was let in. */
        private long lastNanos;
    }

    public Away(AtomicInteger roomLeft) {
        this.roomLeft = roomLeft;
    }

    public boolean isEmpty() {
        return oldestFirst.isEmpty();
    }

    /** Is another one due before it? */
    public boolean mustWait(Object origin, long nowNanos) {
        Object oldest = oldestFirst.peekFirst();
        while (oldest != null && !oldest.equals(origin) && isLost(oldest, nowNanos)) {
            removeOldest();
            oldest = oldestFirst.peekFirst();
        }
        return oldest != null && !oldest.equals(origin);
    }

    private boolean isLost(Object origin, long nowNanos) {
        return nowNanos - seenOf(origin).lastNanos > LOST_AFTER_NANOS;
    }

    private Seen seenOf(Object away) {
        return Objects.requireNonNull(seen.get(away));
    }

    /** Those that should have come long ago are forgotten, up to the oldest that may still come. */
    public void forgetLost(long nowNanos) {
        while (!isEmpty() && isLost(oldestFirst.getFirst(), nowNanos)) {
            removeOldest();
        }
    }

    /** It was let in: if it was away, it is not any more. The next one may have been held up behind it until now. */
    public void letIn(Object origin, long nowNanos) {
        if (!origin.equals(oldestFirst.peekFirst())) {
            return;
        }
        removeOldest();
        if (!isEmpty()) {
            Seen next = seenOf(oldestFirst.getFirst());
            next.lastNanos = Math.max(next.lastNanos, nowNanos - LOST_AFTER_NANOS + DUE_WITHIN_NANOS);
        }
    }

    /**
     * It came, and was not let in. Beyond the room there is, it is not known that it is away: it may be overtaken then,
     * though not by what is known.
     *
     * @param again it may be one of those that are away already
     */
    public void refused(Object origin, boolean again, long nowNanos) {
        Seen known = seen.get(origin);
        if (known != null && again) {
            known.lastNanos = nowNanos;
        } else if (enter(origin, nowNanos)) {
            oldestFirst.addLast(origin);
        }
    }

    /**
     * They had been let in, and so are older than all that are away.
     *
     * @param origins oldest first
     */
    public void sentBack(List<Object> origins, long nowNanos) {
        List<Object> entered = new ArrayList<>(origins);
        entered.removeIf(origin -> !enter(origin, nowNanos));
        entered.reversed().forEach(oldestFirst::addFirst);
    }

    private boolean enter(Object origin, long nowNanos) {
        if (roomLeft.decrementAndGet() < 0) {
            roomLeft.incrementAndGet();
            return false;
        }
        Seen known = seen.computeIfAbsent(origin, unknown -> new Seen());
        known.copies++;
        known.lastNanos = nowNanos;
        return true;
    }

    private void removeOldest() {
        Object oldest = oldestFirst.removeFirst();
        roomLeft.incrementAndGet();
        if (--seenOf(oldest).copies == 0) {
            seen.remove(oldest);
        }
    }
}
