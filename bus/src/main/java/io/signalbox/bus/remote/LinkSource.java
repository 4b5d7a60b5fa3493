package io.signalbox.bus.remote;

import io.signalbox.bus.queue.Source;
import io.signalbox.bus.schedule.Scheduler;
import java.util.concurrent.TimeUnit;

/**
 * One session of the link, as what it brought knows it. What is given back to it comes again each second, so in a longer
 * silence the link, or this process, stood still. Written on the link's lane, read by any thread.
 */
final class LinkSource implements Source {
    /** So much of a silence counts. */
    static final long SILENCE_MAX_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Scheduler scheduler;
    private final boolean durable;
    private long lastNanos;
    private volatile long nanos;
    private volatile boolean ended;

    /** @param durable what this one has taken back the next one brings */
    LinkSource(Scheduler scheduler, boolean durable) {
        this.scheduler = scheduler;
        this.durable = durable;
        lastNanos = scheduler.nanoTime();
    }

    /** Something has come: what the time is now. */
    long came() {
        long now = scheduler.nanoTime();
        long moved = nanos + Math.clamp(now - lastNanos, 0, SILENCE_MAX_NANOS);
        lastNanos = now;
        nanos = moved;
        return moved;
    }

    /** When something came last, by this process's clock. For the lane. */
    long lastNanos() {
        return lastNanos;
    }

    void end() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }

    /** It has ended, and the next one brings what it had not settled. */
    boolean isFollowed() {
        return ended && durable;
    }

    @Override
    public boolean hasForgotten() {
        return ended && !durable;
    }

    @Override
    public long nanoTime() {
        return nanos;
    }
}
