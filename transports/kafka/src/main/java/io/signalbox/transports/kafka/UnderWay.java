package io.signalbox.transports.kafka;

import org.jspecify.annotations.Nullable;

/**
 * What is under way to one partition, in the order of publishing. Thread safe; nobody is called with its lock held.
 *
 * <p>A partition that left a record without an answer takes one at a time until one is written: with nothing behind it,
 * the next can be refused alone, and the records of other partitions go on. That is over with the producer that left it,
 * and a while later when nothing is under way: a partition that hardly anybody publishes to is not doubted for ever.
 */
final class UnderWay {
    private @Nullable Outgoing oldest;
    private @Nullable Outgoing newest;
    private final long doubtNanos;
    /** The producer that left a record without an answer, and when. */
    private Producers.@Nullable Generation doubted;

    private long doubtedNanos;

    /** What is to become of a record that was not written. */
    enum Loss {
        /** It was answered already, or is answered with all others. */
        NONE,
        /** Nothing was published behind it, nor is before {@link #leave}. */
        ALONE,
        /** Others were, and none of them may be written now. */
        WITH_OTHERS
    }

    /** @param doubtNanos how long a partition is doubtful to which nothing is under way */
    UnderWay(long doubtNanos) {
        this.doubtNanos = doubtNanos;
    }

    /** @return the producer that is to have it; null if it must be refused now */
    synchronized Producers.@Nullable Generation enter(Outgoing one, Producers producers) {
        // Looked at under the lock: what comes in after the producer has gone would be refused by nobody.
        Producers.Generation now = producers.current();
        if (now == null || oldest != null && doubted == now) {
            return null;
        }
        if (doubted != null && (doubted != now || one.sinceNanos - doubtedNanos >= doubtNanos)) {
            doubted = null;
        }
        one.older = newest;
        if (newest == null) {
            oldest = one;
        } else {
            newest.newer = one;
        }
        newest = one;
        one.generation = now;
        return now;
    }

    /** @return false if it was answered before */
    synchronized boolean written(Outgoing one) {
        if (one.answered) {
            return false;
        }
        doubted = null;
        one.answered = true;
        unlink(one);
        return true;
    }

    /** Refused for what it is, so that others have nothing to do with it; returns false if it was answered before. */
    synchronized boolean refused(Outgoing one) {
        if (one.answered) {
            return false;
        }
        one.answered = true;
        unlink(one);
        return true;
    }

    /** One that was not written, for whatever reason others might be written all the same. */
    synchronized Loss lost(Outgoing one) {
        if (one.answered) {
            return Loss.NONE;
        }
        doubted = one.generation;
        doubtedNanos = System.nanoTime();
        if (oldest != newest) {
            return Loss.WITH_OTHERS;
        }
        one.answered = true;
        return Loss.ALONE;
    }

    /** After {@link Loss#ALONE}, when its publisher has heard of it: until then nothing else comes in. */
    synchronized void leave(Outgoing one) {
        unlink(one);
    }

    /** The oldest without an answer, which leaves; null if there is none. While there is no producer. */
    synchronized @Nullable Outgoing poll() {
        Outgoing one = oldest;
        while (one != null) {
            unlink(one);
            if (!one.answered) {
                one.answered = true;
                return one;
            }
            one = oldest;
        }
        return null;
    }

    /** When the oldest came in, as {@link System#nanoTime()} has it; the given time if there is none. */
    synchronized long sinceNanos(long otherwise) {
        return oldest == null || oldest.answered ? otherwise : oldest.sinceNanos;
    }

    synchronized boolean isDoubtful(Producers.@Nullable Generation now) {
        return now != null && doubted == now;
    }

    private void unlink(Outgoing one) {
        Outgoing older = one.older;
        Outgoing newer = one.newer;
        if (older == null && oldest != one) {
            return; // it has left
        }
        if (older == null) {
            oldest = newer;
        } else {
            older.newer = newer;
        }
        if (newer == null) {
            newest = older;
        } else {
            newer.older = older;
        }
        one.older = null;
        one.newer = null;
    }
}
