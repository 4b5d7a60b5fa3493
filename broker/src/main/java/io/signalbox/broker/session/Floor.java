package io.signalbox.broker.session;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * The lowest log position a session still needs. The journal's thread notes what it offers and asks; the session's
 * turn notes what it worked off. While the mailbox holds something, the answer is the lowest that may be in there.
 */
public final class Floor {
    private static final int COMPACT_AT = 1_024;
    private static final Comparator<QueueEntry> LOWEST = Comparator.comparingLong(e -> e.position);

    private Queue<QueueEntry> waiting = NothingQueued.shared();
    private long processed;

    /** Of those waiting, how many have ended: one that lasts must not keep all that came after it. */
    private int ended;

    private volatile long lowest = Long.MAX_VALUE;

    /** Written after {@link #lowest}, so that who sees the count sees a position at least as new. */
    private volatile long processedCount;

    private long offered;
    private long firstPending = Long.MAX_VALUE;

    /** By the journal's thread. */
    void offered(long position) {
        if (processedCount == offered) {
            firstPending = position;
        } else {
            firstPending = Math.min(firstPending, position);
        }
        offered++;
    }

    /** By the journal's thread. */
    public long lowest() {
        boolean idle = processedCount == offered;
        long low = lowest;
        return idle ? low : Math.min(low, firstPending);
    }

    /** In a turn: an offered position is accepted into the queue, or dropped. */
    void processed() {
        processed++;
    }

    /** In a turn. */
    void add(QueueEntry entry) {
        if (entry.position > 0) {
            waiting = NothingQueued.own(waiting, () -> new PriorityQueue<>(LOWEST));
            waiting.add(entry);
        }
    }

    /** In a turn: it is done. */
    void ended(QueueEntry entry) {
        if (entry.position > 0 && ++ended > COMPACT_AT && ended > waiting.size() / 2) {
            waiting.removeIf(e -> e.done);
            ended = 0;
        }
    }

    int size() {
        return waiting.size();
    }

    /** In a turn, at its end. */
    void turnEnded() {
        QueueEntry head;
        while ((head = waiting.peek()) != null && head.done) {
            waiting.poll();
            ended--;
        }
        long low = head == null ? Long.MAX_VALUE : head.position;
        if (low != lowest) {
            lowest = low;
        }
        if (processed != processedCount) {
            processedCount = processed;
        }
    }
}
