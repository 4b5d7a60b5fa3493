package io.signalbox.broker.session;

import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Refusal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What waits in all mailboxes together. Beyond the bound, sessions that publish are held until half of it is worked off;
 * beyond twice the bound, nothing more is taken from anybody. Any thread.
 */
public final class Floodgate {
    private static final int STRIPES = 16;

    /** Each stripe has cache lines of its own. */
    private static final int STRIPE_LONGS = 16;

    /** The sum is looked at when a stripe has grown by so much. */
    private static final int LOOK_SHIFT = 16;

    private enum Level {
        OPEN,
        HOLDING,
        FULL
    }

    private final long bytesMax;
    private final Refusal refusal;
    private final AtomicLongArray stripes = new AtomicLongArray(STRIPES * STRIPE_LONGS);
    private final Set<Attachment> held = ConcurrentHashMap.newKeySet();
    private volatile Level level = Level.OPEN;

    public Floodgate(long bytesMax) {
        this.bytesMax = bytesMax;
        this.refusal = new Refusal(
                ReasonCode.BUSY,
                "more than " + (2 * bytesMax >> 20) + " MiB, the limit, wait for the sessions to take them; publish"
                        + " again after a pause, or give the server more memory");
    }

    void add(long bytes) {
        long before = stripes.getAndAdd(stripe(), bytes);
        if (before >> LOOK_SHIFT != before + bytes >> LOOK_SHIFT) {
            look();
        }
    }

    void take(long bytes) {
        stripes.getAndAdd(stripe(), -bytes);
        if (level != Level.OPEN) {
            look();
        }
    }

    private static int stripe() {
        return ((int) Thread.currentThread().threadId() & STRIPES - 1) * STRIPE_LONGS;
    }

    long bytes() {
        long sum = 0;
        for (int i = 0; i < STRIPES; i++) {
            sum += stripes.get(i * STRIPE_LONGS);
        }
        return sum;
    }

    /** Nothing more fits. */
    public boolean full() {
        return level == Level.FULL;
    }

    /** What a publisher is told when it is full. */
    public Refusal refusal() {
        return refusal;
    }

    /** Who comes to a new level looks again: another may have worked off the rest without seeing it. */
    private void look() {
        Level now = level;
        Level next;
        while ((next = next(now)) != now) {
            level = next;
            if (next == Level.OPEN) {
                held.forEach(this::release);
            }
            now = next;
        }
    }

    private Level next(Level now) {
        long sum = bytes();
        if (sum > 2 * bytesMax) {
            return Level.FULL;
        }
        return sum > (now == Level.OPEN ? bytesMax : bytesMax / 2) ? Level.HOLDING : Level.OPEN;
    }

    /** Who has just published waits, if too much does. On its lane. */
    void hold(Attachment publisher) {
        if (level != Level.OPEN && held.add(publisher)) {
            publisher.subscriber.onPublishingHeld(true);
            if (level == Level.OPEN) {
                release(publisher);
            }
        }
    }

    private void release(Attachment publisher) {
        if (held.remove(publisher)) {
            try {
                publisher.lane.execute(() -> publisher.subscriber.onPublishingHeld(false));
            } catch (RejectedExecutionException laneClosed) {
                // Nobody publishes there any more.
            }
        }
    }
}
