package io.signalbox.bus.query;

import java.time.Duration;

/**
 * How many answers are enough, and how long to wait for them.
 *
 * @param quorum so many answers end the waiting; {@link Integer#MAX_VALUE}: all
 */
public record Gather(int quorum, Duration timeout) {
    /** @throws IllegalArgumentException naming the value that is out of its range */
    public Gather {
        if (quorum < 1) {
            throw new IllegalArgumentException("quorum " + quorum + " must be at least 1");
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("timeout " + timeout + " must be longer than zero");
        }
    }

    public static Gather first(Duration timeout) {
        return new Gather(1, timeout);
    }

    public static Gather quorum(int answers, Duration timeout) {
        return new Gather(answers, timeout);
    }

    /** Over a transport nobody knows how many there are: the time is waited out. */
    public static Gather all(Duration timeout) {
        return new Gather(Integer.MAX_VALUE, timeout);
    }
}
