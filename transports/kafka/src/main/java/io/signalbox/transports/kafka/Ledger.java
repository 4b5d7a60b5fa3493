package io.signalbox.transports.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is read of one partition and not settled, in the order of the partition. Written by the reading thread and by
 * whoever settles; short locks.
 */
final class Ledger {
    /** One message that is read and not settled. */
    static final class Entry {
        private final long offset;
        private boolean done;

        private Entry(long offset) {
            this.offset = offset;
        }

        long offset() {
            return offset;
        }
    }

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private final Set<Long> owedBelow = new HashSet<>();
    private volatile long owedTo;
    private long readTo;
    private volatile long seen;

    Ledger(Position from) {
        resume(from);
    }

    private void resume(Position from) {
        owedBelow.clear();
        owedBelow.addAll(from.open());
        owedTo = from.readTo();
        readTo = from.low();
        seen = from.seen();
    }

    /** Before anything is read: goes on from another position. */
    synchronized void restart(Position from) {
        entries.clear();
        resume(from);
    }

    /** Where reading goes on. */
    synchronized long readTo() {
        return readTo;
    }

    /** All below is read, or is not wanted. */
    synchronized void readTo(long offset) {
        readTo = Math.max(readTo, offset);
        if (readTo >= owedTo && !owedBelow.isEmpty()) {
            owedBelow.clear();
        }
    }

    /** False for what an earlier owner settled. Without a lock for what none has had: it is asked for each record. */
    boolean owes(long offset) {
        return offset >= owedTo || isOwedBelow(offset);
    }

    private synchronized boolean isOwedBelow(long offset) {
        return offset >= owedTo || owedBelow.contains(offset);
    }

    boolean maybeSeen(long offset) {
        return offset < seen;
    }

    synchronized void seenTo(long offset) {
        seen = Math.max(seen, offset);
    }

    synchronized Entry add(long offset) {
        Entry entry = new Entry(offset);
        entries.add(entry);
        return entry;
    }

    synchronized void done(Entry entry) {
        entry.done = true;
        while (!entries.isEmpty() && entries.peek().done) {
            entries.poll();
        }
    }

    synchronized boolean isSettled() {
        return entries.isEmpty() && owedBelow.isEmpty();
    }

    synchronized Position position() {
        List<Long> open = new ArrayList<>();
        for (Entry entry : entries) {
            if (!entry.done) {
                open.add(entry.offset);
            }
        }
        owedBelow.stream().filter(offset -> offset >= readTo).sorted().forEach(open::add);
        long to = Math.max(readTo, owedTo);
        return new Position(open.isEmpty() ? to : open.getFirst(), to, seen, open);
    }
}
