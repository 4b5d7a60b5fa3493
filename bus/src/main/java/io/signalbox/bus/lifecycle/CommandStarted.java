package io.signalbox.bus.lifecycle;

import io.signalbox.bus.message.Envelope;

/** A command has reached its handler. */
public record CommandStarted(Envelope<?> command, String handler) implements LifecycleEvent {}
