package io.signalbox.broker.history;

import java.util.LinkedHashSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What all histories in memory may hold together. Beyond it a topic that is published to keeps its newest message
 * alone. That is not enough against somebody who publishes to ever new topics, so beyond twice as much, the topics that
 * have had a history for longest lose it.
 */
public final class HistoryBudget {
    private static final int RINGS_PER_CALL = 4;

    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();

    /** All that hold something, those first that began first. Guarded by itself. */
    private final LinkedHashSet<HistoryRing> holders = new LinkedHashSet<>();

    public HistoryBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    void add(long more) {
        bytes.addAndGet(more);
    }

    /** It holds something from now on. */
    void holds(HistoryRing ring) {
        synchronized (holders) {
            holders.add(ring);
        }
    }

    /** It holds nothing any more. */
    void forget(HistoryRing ring) {
        synchronized (holders) {
            holders.remove(ring);
        }
    }

    private @Nullable HistoryRing takeOldest() {
        synchronized (holders) {
            return holders.isEmpty() ? null : holders.removeFirst();
        }
    }

    boolean exceeded() {
        return bytes.get() > bytesMax;
    }

    /** Makes room at the cost of others, a few at a time; called without a ring's lock. */
    void reclaim(HistoryRing except) {
        for (int i = 0; i < RINGS_PER_CALL && bytes.get() > 2 * bytesMax; i++) {
            HistoryRing oldest = takeOldest();
            if (oldest == null) {
                return;
            }
            if (oldest == except) {
                holds(oldest);
            } else {
                oldest.clear();
            }
        }
    }

    public long bytes() {
        return bytes.get();
    }
}
