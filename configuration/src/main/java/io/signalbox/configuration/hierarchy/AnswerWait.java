package io.signalbox.configuration.hierarchy;

import java.time.Duration;

/**
 * Somebody who publishes again, or another way, what a transport has not answered in time.
 *
 * @param who for people, such as "the bridge 'orders'"
 * @param patience what it allows
 */
public record AnswerWait(String who, Duration patience) {
    /** The more impatient of two. */
    public AnswerWait atMost(AnswerWait other) {
        return other.patience.compareTo(patience) < 0 ? other : this;
    }
}
