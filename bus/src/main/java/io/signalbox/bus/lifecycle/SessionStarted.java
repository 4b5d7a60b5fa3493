package io.signalbox.bus.lifecycle;

/** A session was opened; this event belongs to it. */
public record SessionStarted(String sessionId) implements LifecycleEvent {}
