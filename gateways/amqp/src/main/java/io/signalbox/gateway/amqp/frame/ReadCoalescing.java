package io.signalbox.gateway.amqp.frame;

import java.util.concurrent.TimeUnit;

/**
 * Whether frames may gather in the socket before they are read, as a network card coalesces its interrupts. A client that
 * flushes each message by itself wakes its loop for each, and behind it the journal, the disk and the receivers' loops: on
 * a busy machine all of them together then work for a handful of messages, and waking costs more than the work. It is
 * done for one connection, while that sends much and little at a time, and only where it does not make the client slower:
 * one that waits for answers before it sends more may be. Not thread-safe.
 */
final class ReadCoalescing {
    static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** As long as frames are counted before anything is judged by them. */
    static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(32);

    /** Longer, since one slow turn of the disk must not decide for all of {@link #KEEP_NANOS}. */
    static final long TRIAL_NANOS = TimeUnit.MILLISECONDS.toNanos(64);

    /** A decision is looked at again after that. */
    static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Below it waking is cheap enough, and whoever sends so little wants answers soon. */
    static final int BUSY_FRAMES_PER_MILLI = 8;

    /** Where a read brings more, they gather by themselves. */
    static final int FRAMES_PER_READ = 8;

    /** Of the rate without pauses, which varies by itself: less is a client that waits for us. */
    private static final double KEPT_RATE = 0.7;

    private static final double NANOS_PER_MILLI = 1e6;

    private enum Phase {
        LOOKING(LOOK_NANOS),
        TRYING(TRIAL_NANOS),
        COALESCING(LOOK_NANOS),
        LEAVING_ALONE(KEEP_NANOS);

        private final long nanos;

        Phase(long nanos) {
            this.nanos = nanos;
        }
    }

    private Phase phase = Phase.LOOKING;
    private long began;
    private int frames;
    private int reads;
    private double rateWithoutPauses;
    private long keptUntil;

    /**
     * Asked when the socket has nothing more.
     *
     * @param framesRead since this was asked last
     * @return nanoseconds to wait before the socket is looked at again; 0: none
     */
    long pause(int framesRead, long nanoTime) {
        if (reads++ == 0) {
            began = nanoTime;
            return pause();
        }
        frames += framesRead;
        long nanos = nanoTime - began;
        if (nanos >= phase.nanos) {
            phase = next(frames / (nanos / NANOS_PER_MILLI), nanoTime);
            frames = 0;
            reads = 0;
        }
        return pause();
    }

    private long pause() {
        return phase == Phase.TRYING || phase == Phase.COALESCING ? PAUSE_NANOS : 0;
    }

    private Phase next(double framesPerMilli, long nanoTime) {
        boolean busy = framesPerMilli >= BUSY_FRAMES_PER_MILLI;
        return switch (phase) {
            case LOOKING -> {
                rateWithoutPauses = framesPerMilli;
                yield busy && frames / FRAMES_PER_READ < reads ? Phase.TRYING : Phase.LOOKING;
            }
            case TRYING -> {
                keptUntil = nanoTime + KEEP_NANOS;
                yield framesPerMilli >= KEPT_RATE * rateWithoutPauses ? Phase.COALESCING : Phase.LEAVING_ALONE;
            }
            case COALESCING -> busy && nanoTime - keptUntil < 0 ? Phase.COALESCING : Phase.LOOKING;
            case LEAVING_ALONE -> Phase.LOOKING;
        };
    }
}
