package io.signalbox.bus.message;

/**
 * A question that any number may answer; the asker says how many answers it needs and how long it waits.
 *
 * @param <R> one answer
 */
public interface Query<R> {}
