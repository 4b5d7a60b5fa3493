package io.signalbox.testkit.bus;

import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.PublishResult;
import java.time.Duration;

/** One thing that happened in a simulation. */
public sealed interface Entry {
    /** Since the bus was made, in its own time. */
    Duration at();

    /** The message that it happened to; its id, cause and correlation are there. */
    Envelope<?> envelope();

    /** An event was published. */
    record Published(Duration at, Envelope<?> envelope, PublishResult answer) implements Entry {}

    /** A command was sent. */
    record Sent(Duration at, Envelope<?> envelope) implements Entry {}

    /** A command was answered. */
    record Answered(Duration at, Envelope<?> envelope, CommandResult<?> result) implements Entry {}

    /** A handler was called. */
    record Called(Duration at, Envelope<?> envelope, String handler) implements Entry {}

    /** A call failed. */
    record Failed(Duration at, Envelope<?> envelope, String handler, Throwable error) implements Entry {}

    /** A message became a dead letter. */
    record Died(Duration at, Envelope<?> envelope, DeadLetter letter) implements Entry {}
}
