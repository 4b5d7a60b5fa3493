package io.signalbox.bus.lifecycle;

/**
 * A session is over.
 *
 * @param undelivered messages that were still pending, and are dead letters now or soon
 */
public record SessionEnded(String sessionId, long undelivered) implements LifecycleEvent {}
