package io.signalbox.transports.rabbitmq;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is still to be written: first what a lost connection left, then what the server did not take and is due to be
 * tried again, then the rest in its order. Any thread adds; the publisher's own thread takes. Bounded by the publishes
 * that may be under way.
 */
final class Backlog {
    private final ArrayDeque<Outgoing> again = new ArrayDeque<>();
    private final DelayQueue<Later> later = new DelayQueue<>();
    private final ConcurrentLinkedQueue<Outgoing> fresh = new ConcurrentLinkedQueue<>();

    private record Later(Outgoing outgoing, long atNanos) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(atNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    /** Any thread. */
    void add(Outgoing outgoing) {
        fresh.add(outgoing);
    }

    /** Any thread. */
    void addLater(Outgoing outgoing, long delayNanos) {
        later.add(new Later(outgoing, System.nanoTime() + delayNanos));
    }

    /** Before everything else, in this order. */
    void putBack(List<Outgoing> all) {
        for (Outgoing one : all.reversed()) {
            again.addFirst(one);
        }
    }

    @Nullable
    Outgoing next() {
        Outgoing next = again.poll();
        if (next == null) {
            Later due = later.poll();
            next = due == null ? fresh.poll() : due.outgoing();
        }
        return next;
    }

    boolean hasFresh() {
        return !fresh.isEmpty();
    }

    boolean hasLater() {
        return !later.isEmpty();
    }

    /** @return whether anything was published then or before */
    boolean hasOlderThan(long millis) {
        return isOlder(again.peek(), millis)
                || isOlder(fresh.peek(), millis)
                || later.stream().anyMatch(one -> isOlder(one.outgoing(), millis));
    }

    private static boolean isOlder(@Nullable Outgoing one, long millis) {
        return one != null && one.sinceMillis <= millis;
    }

    /** All that is here, in the order it was published. */
    List<Outgoing> takeAll() {
        List<Outgoing> all = new ArrayList<>(again);
        again.clear();
        for (Later one : later) {
            if (later.remove(one)) {
                all.add(one.outgoing());
            }
        }
        for (Outgoing one = fresh.poll(); one != null; one = fresh.poll()) {
            all.add(one);
        }
        all.sort(Comparator.comparingLong(one -> one.number));
        return all;
    }
}
