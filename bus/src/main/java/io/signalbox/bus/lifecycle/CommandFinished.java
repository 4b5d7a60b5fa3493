package io.signalbox.bus.lifecycle;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;

/** A command that had started has its result. */
public record CommandFinished(Envelope<?> command, CommandResult<?> result) implements LifecycleEvent {}
