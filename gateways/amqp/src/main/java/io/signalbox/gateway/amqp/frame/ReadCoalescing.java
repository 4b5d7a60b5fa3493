package io.signalbox.gateway.amqp.frame;

import java.util.concurrent.TimeUnit;

/**
 * Whether frames may gather in the socket before they are read, as a network card coalesces its interrupts. A client that
 * flushes each message by itself wakes its loop for each, and behind it the journal, the disk and the receivers' loops: on
 * a busy machine all of them together then work for a handful of messages, and waking costs more than the work. It is
 * done for one connection, while that sends much and little at a time, and only where it makes the client faster: one
 * that waits for answers before it sends more, or sends at its own pace, would wait for nothing. Not thread-safe.
 */
final class ReadCoalescing {
    static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** As long as frames are counted before anything is judged by them. */
    static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(32);

    /** Longer, since one slow turn of the disk must not decide for long. */
    static final long TRIAL_NANOS = TimeUnit.MILLISECONDS.toNanos(64);

    /** What made a client faster is looked at again after that. */
    static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(4);

    /** What did not, is tried again after that, and twice as much each time that it does not. */
    static final long ALONE_NANOS_MIN = TimeUnit.SECONDS.toNanos(1);

    static final long ALONE_NANOS_MAX = TimeUnit.SECONDS.toNanos(32);

    /** Below it waking is cheap enough, and whoever sends so little wants answers soon. */
    static final int BUSY_FRAMES_PER_MILLI = 8;

    /** Where a read brings more, they gather by themselves. */
    static final int FRAMES_PER_READ = 8;

    /** Of the rate without pauses: less is a client that waits for us, or has no more to say. */
    private static final double GAIN_MIN = 1.1;

    private static final double NANOS_PER_MILLI = 1e6;

    private enum Phase {
        LOOKING,
        TRYING,
        COALESCING,
        /** The rate of what gathered before tells nothing. */
        SETTLING,
        LEAVING_ALONE
    }

    private Phase phase = Phase.LOOKING;
    private long began;
    private int frames;
    private int reads;
    private double rateWithoutPauses;
    private long keptUntil;

    /** Doubled before it is used. */
    private long aloneNanos = ALONE_NANOS_MIN / 2;

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
        if (nanos >= length()) {
            phase = next(frames / (nanos / NANOS_PER_MILLI), nanoTime);
            frames = 0;
            reads = 0;
        }
        return pause();
    }

    private long pause() {
        return phase == Phase.TRYING || phase == Phase.COALESCING ? PAUSE_NANOS : 0;
    }

    private long length() {
        return switch (phase) {
            case LOOKING, COALESCING, SETTLING -> LOOK_NANOS;
            case TRYING -> TRIAL_NANOS;
            case LEAVING_ALONE -> aloneNanos;
        };
    }

    private Phase next(double framesPerMilli, long nanoTime) {
        boolean busy = framesPerMilli >= BUSY_FRAMES_PER_MILLI;
        return switch (phase) {
            case LOOKING -> {
                rateWithoutPauses = framesPerMilli;
                yield busy && frames / FRAMES_PER_READ < reads ? Phase.TRYING : Phase.LOOKING;
            }
            case TRYING -> {
                boolean gain = framesPerMilli >= GAIN_MIN * rateWithoutPauses;
                aloneNanos = gain ? ALONE_NANOS_MIN / 2 : Math.min(2 * aloneNanos, ALONE_NANOS_MAX);
                keptUntil = nanoTime + KEEP_NANOS;
                yield gain ? Phase.COALESCING : Phase.LEAVING_ALONE;
            }
            case COALESCING -> busy && nanoTime - keptUntil < 0 ? Phase.COALESCING : Phase.SETTLING;
            case SETTLING, LEAVING_ALONE -> Phase.LOOKING;
        };
    }
}
