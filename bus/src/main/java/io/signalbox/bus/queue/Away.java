package io.signalbox.bus.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * What was given back to where it came from, oldest first; of one ordering key, say. It comes again one by one, in
 * whatever order, and with it what has never been here, which is younger than all that is away. So only the oldest may
 * be let in, and nothing else before it. One that does not come again (somebody threw it away) is waited for no longer
 * than {@link #LOST_AFTER_NANOS}, during which others come; one whose time is over, no longer than the last of its
 * deliveries may be late; one that has ended elsewhere, or whose source has ended and forgotten it, not at all.
 *
 * <p>One that came long ago, and was not asked about until now, waited in this process, and behind it what came later:
 * so what is late is said by the time at which the one came that asks. Not thread safe.
 */
public final class Away {
    /** Far longer than anything is given back for. */
    public static final long LOST_AFTER_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Once nothing is before it any more, it comes with the next round of what is given back, or not at all. */
    public static final long DUE_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final AwayRoom room;
    private final ArrayDeque<Object> oldestFirst = new ArrayDeque<>(0);
    private final Map<Object, Seen> seen = new HashMap<>();
    /** How much of the room is taken. */
    private int known;
    /** Of the known. */
    private int reserved;

    /** One origin. */
    private static final class Seen {
        /** More than one: they cannot be told apart, so it does not matter which of them comes first. */
        private int copies;
        /** So many of them come no more. */
        private int gone;
        /** Which took back the last of them. */
        private Source by;
        /** When that was, or when the one before it was let in, by its clock. */
        private long lastNanos;
        /** By this process's clock; meaningless if it has all the time there is. */
        private long overNanos;

        private boolean endless = true;

        Seen(Source by) {
            this.by = by;
        }

        void givenBack(Returnable which) {
            givenBack(which.source(), which.source().nanoTime());
            endless = which.ttlNanos() == 0;
            overNanos = which.atNanos() + which.ttlNanos();
        }

        void givenBack(Source to, long nanos) {
            by = to;
            lastNanos = nanos;
        }

        /** What came before its time was over has been asked about before one that came so much later. */
        boolean isOver(long nanos) {
            return !endless && nanos - overNanos > DUE_WITHIN_NANOS;
        }

        /** By the clock of another source: from its beginning on it could have come there. */
        long lastNanos(Source to) {
            return by == to ? lastNanos : 0;
        }
    }

    public Away(AwayRoom room) {
        this.room = room;
    }

    public boolean isEmpty() {
        return oldestFirst.isEmpty();
    }

    /** Is another one due before it? */
    public boolean mustWait(Returnable next) {
        Object origin = next.origin();
        Object oldest = oldestFirst.peekFirst();
        while (oldest != null && !oldest.equals(origin) && comesNoMore(seenOf(oldest), next)) {
            removeOldest();
            oldest = oldestFirst.peekFirst();
        }
        return oldest != null && !oldest.equals(origin);
    }

    private static boolean comesNoMore(Seen away, Returnable next) {
        return away.isOver(next.atNanos()) || comesNoMore(away, next.source(), next.cameNanos());
    }

    private static boolean comesNoMore(Seen away, Source now, long nanos) {
        return away.gone > 0 || away.by.hasForgotten() || nanos - away.lastNanos(now) > LOST_AFTER_NANOS;
    }

    private Seen seenOf(Object away) {
        return Objects.requireNonNull(seen.get(away));
    }

    /** Those that should have come long ago are forgotten, up to the oldest that may still come. */
    public void forgetLost(Source now) {
        while (!isEmpty() && comesNoMore(seenOf(oldestFirst.getFirst()), now, now.nanoTime())) {
            removeOldest();
        }
    }

    /** It has ended elsewhere, and is not waited for. */
    public void gone(Object origin) {
        Seen known = seen.get(origin);
        if (known == null || known.gone == known.copies) {
            return;
        }
        known.gone++;
        while (!isEmpty() && seenOf(oldestFirst.getFirst()).gone > 0) {
            removeOldest();
        }
    }

    /** It was let in: if it was away, it is not any more. The next one may have been held up behind it until now. */
    public void letIn(Returnable next) {
        if (isEmpty() || !next.origin().equals(oldestFirst.getFirst())) {
            return;
        }
        removeOldest();
        if (!isEmpty()) {
            Source now = next.source();
            Seen due = seenOf(oldestFirst.getFirst());
            if (!due.by.hasForgotten()) {
                long dueNanos = now.nanoTime() - LOST_AFTER_NANOS + DUE_WITHIN_NANOS;
                due.givenBack(now, Math.max(due.lastNanos(now), dueNanos));
            }
        }
    }

    /**
     * It came, and was not let in.
     *
     * @return false: there is no room to know that it is away; it may be overtaken, though not by what is known
     */
    public boolean refused(Returnable next) {
        Object origin = next.origin();
        Source to = next.source();
        Seen before = seen.get(origin);
        // What comes by another source than before comes again, whether it says so or not.
        if (before != null && (before.by != to || next.mayHaveComeBefore())) {
            before.givenBack(next);
            return true;
        }
        boolean entered = enter(next);
        if (entered) {
            oldestFirst.addLast(origin);
        }
        return entered;
    }

    /**
     * They had been let in, and so are older than all that are away.
     *
     * @param all oldest first
     * @return how many there was no room for, the youngest
     */
    public int sentBack(List<? extends Returnable> all) {
        List<Object> entered = new ArrayList<>(all.size());
        for (Returnable each : all) {
            if (enter(each)) {
                entered.add(each.origin());
            }
        }
        entered.reversed().forEach(oldestFirst::addFirst);
        return all.size() - entered.size();
    }

    private boolean enter(Returnable next) {
        if (room.takeReserved(reserved)) {
            reserved++;
        } else if (!room.take(known - reserved)) {
            return false;
        }
        known++;
        Source to = next.source();
        Seen one = seen.computeIfAbsent(next.origin(), unknown -> new Seen(to));
        one.copies++;
        one.givenBack(next);
        return true;
    }

    private void removeOldest() {
        Object oldest = oldestFirst.removeFirst();
        if (known > reserved) {
            room.giveBack();
        } else {
            room.giveBackReserved();
            reserved--;
        }
        known--;
        Seen one = seenOf(oldest);
        one.gone = Math.max(0, one.gone - 1);
        if (--one.copies == 0) {
            seen.remove(oldest);
        }
    }
}
