package io.signalbox.bus.remote;

import io.signalbox.bus.schedule.Scheduler;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Openings of a link that the transport has not answered. The next attempt waits for the answer, since the late session
 * would take the place of another of its name; but not for ever, and ever longer. Thread safe.
 */
final class LateOpenings {
    private static final Duration GIVEN_UP_AFTER = Duration.ofMinutes(1);
    /** An hour, about. */
    private static final int DOUBLED_MAX = 6;

    private final Scheduler scheduler;
    private final AtomicInteger givenUp = new AtomicInteger();
    private volatile long beganNanos;

    LateOpenings(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    void begin() {
        beganNanos = scheduler.nanoTime();
    }

    /** Is the last one to be waited for? If not, its session may come at any time, and is ended then. */
    boolean isWaitedFor(Connection last) {
        if (!last.isOpening()) {
            return false;
        }
        long patience = GIVEN_UP_AFTER.toNanos() << Math.min(givenUp.get(), DOUBLED_MAX);
        if (scheduler.nanoTime() - beganNanos < patience) {
            return true;
        }
        givenUp.incrementAndGet();
        return false;
    }

    /** A session was taken over: was it by one of these? Each does it once. */
    boolean haveTaken() {
        return givenUp.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
    }
}
