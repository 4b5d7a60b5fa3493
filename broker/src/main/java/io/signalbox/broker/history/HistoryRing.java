package io.signalbox.broker.history;

import io.signalbox.message.Message;
import io.signalbox.transport.StoredMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest messages of one topic. Written by publishers on any thread under the ring's own lock, which nobody holds
 * for longer than an array store.
 */
public final class HistoryRing {
    /** What an entry costs beside its payload, roughly: message, entry, slot. */
    private static final int ENTRY_BYTES = 128;

    private final int capacity;
    private final HistoryBudget budget;
    private @Nullable StoredMessage[] slots = new StoredMessage[0];
    private int head;
    private int size;
    private volatile boolean closed;

    public HistoryRing(int capacity, HistoryBudget budget) {
        this.capacity = capacity;
        this.budget = budget;
    }

    public void add(long sequence, long timeMillis, Message message) {
        if (capacity == 0) {
            return;
        }
        StoredMessage stored = new StoredMessage(sequence, timeMillis, message);
        long change = cost(stored);
        boolean first;
        synchronized (this) {
            if (closed) {
                return;
            }
            first = size == 0;
            if (size == capacity) {
                change -= removeFirst();
            } else if (size == slots.length) {
                grow();
            }
            slots[(head + size++) % slots.length] = stored;
            while (budget.exceeded() && size > 1) {
                change -= removeFirst();
            }
        }
        budget.add(change);
        if (first) {
            budget.holds(this);
            if (closed) {
                budget.forget(this);
            }
        }
        if (budget.exceeded()) {
            budget.reclaim(this);
        }
    }

    private static long cost(StoredMessage stored) {
        return ENTRY_BYTES + stored.message().sizeBytes();
    }

    private long removeFirst() {
        StoredMessage gone = slots[head];
        slots[head] = null;
        head = (head + 1) % slots.length;
        size--;
        return gone == null ? 0 : cost(gone);
    }

    private void grow() {
        @Nullable StoredMessage[] more = new StoredMessage[Math.min(capacity, Math.max(4, slots.length * 2))];
        for (int i = 0; i < size; i++) {
            more[i] = slots[(head + i) % slots.length];
        }
        slots = more;
        head = 0;
    }

    /** Oldest first. */
    public synchronized List<StoredMessage> snapshot() {
        List<StoredMessage> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            StoredMessage stored = slots[(head + i) % slots.length];
            if (stored != null) {
                list.add(stored);
            }
        }
        return list;
    }

    public synchronized int size() {
        return size;
    }

    /** Its topic is forgotten: it keeps nothing from now on. */
    public void close() {
        closed = true;
        clear();
        budget.forget(this);
    }

    synchronized void clear() {
        long freed = 0;
        while (size > 0) {
            freed += removeFirst();
        }
        slots = new StoredMessage[0];
        head = 0;
        budget.add(-freed);
    }
}
