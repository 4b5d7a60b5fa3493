package io.signalbox.bus.query;

import java.util.List;

/**
 * What came back.
 *
 * @param asked how many were asked; 0: nobody answers this type, and there was no waiting
 * @param answers in the order they came
 * @param errors of those who failed
 * @param quorumReached as many answered as were asked for; with {@link Gather#all}, everybody
 */
public record Answers<R>(int asked, List<R> answers, List<Throwable> errors, boolean quorumReached) {
    /** Those who neither answered nor failed in time. */
    public int missing() {
        return asked - answers.size() - errors.size();
    }
}
