package io.signalbox.broker.history;

import java.util.concurrent.atomic.AtomicLong;

/** What all histories in memory may hold together. */
public final class HistoryBudget {
    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();

    public HistoryBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    void add(long more) {
        bytes.addAndGet(more);
    }

    boolean exceeded() {
        return bytes.get() > bytesMax;
    }

    public long bytes() {
        return bytes.get();
    }
}
