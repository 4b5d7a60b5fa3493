package io.signalbox.bus.remote;

import io.signalbox.bus.schedule.Scheduler;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Openings of a link that the transport has not answered. The next attempt waits for the answer, since the late session
 * would take the place of another of its name; but not for ever, and ever longer until there is a link again. Thread
 * safe.
 */
final class LateOpenings {
    private static final Duration GIVEN_UP_AFTER = Duration.ofMinutes(1);
    /** An hour, about. */
    private static final int DOUBLED_MAX = 6;
    /** One that is not answered by then is not any more; whoever takes the name has it. */
    private static final Duration MAY_COME_WITHIN = Duration.ofHours(1);
    /** So long after its session came the one that it has taken the place of hears so. */
    private static final Duration TAKES_WITHIN = Duration.ofSeconds(10);

    private final Scheduler scheduler;
    private final AtomicInteger givenUpInARow = new AtomicInteger();
    /** Those whose session may come, or came just now. */
    private final Queue<GivenUp> givenUp = new ConcurrentLinkedQueue<>();

    private volatile long beganNanos;

    private final class GivenUp {
        private volatile long mayTakeUntilNanos = in(MAY_COME_WITHIN);

        boolean mayTake() {
            return mayTakeUntilNanos - scheduler.nanoTime() > 0;
        }

        void answered(boolean opened) {
            if (opened) {
                mayTakeUntilNanos = in(TAKES_WITHIN);
            } else {
                givenUp.remove(this);
            }
        }
    }

    LateOpenings(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    private long in(Duration time) {
        return scheduler.nanoTime() + time.toNanos();
    }

    void begin() {
        beganNanos = scheduler.nanoTime();
    }

    /** There is a link. */
    void succeeded() {
        givenUpInARow.set(0);
    }

    /** Is the last one to be waited for? If not, its session may come at any time, and is ended then. */
    boolean isWaitedFor(Connection last) {
        if (!last.isOpening()) {
            return false;
        }
        long patience = GIVEN_UP_AFTER.toNanos() << Math.min(givenUpInARow.get(), DOUBLED_MAX);
        if (scheduler.nanoTime() - beganNanos < patience) {
            return true;
        }
        givenUpInARow.incrementAndGet();
        givenUp.removeIf(old -> !old.mayTake());
        GivenUp opening = new GivenUp();
        givenUp.add(opening);
        last.whenAnswered(opening::answered);
        return false;
    }

    /** A session was taken over: was it by one of these? Each does it once. */
    boolean haveTaken() {
        for (GivenUp next = givenUp.poll(); next != null; next = givenUp.poll()) {
            if (next.mayTake()) {
                return true;
            }
        }
        return false;
    }
}
