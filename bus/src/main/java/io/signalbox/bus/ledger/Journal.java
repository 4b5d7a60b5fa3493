package io.signalbox.bus.ledger;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.PublishResult;

/**
 * Hears of every event and command where it is sent, whatever becomes of it. Called on the thread that sends, or that
 * ends a command; must not throw. A bus with a journal has no short ways: it is for tests and audits.
 */
public interface Journal {
    /** An event was published and answered. With a bus that is not {@code callerRuns} no handler has begun yet. */
    void published(Envelope<?> event, PublishResult answer);

    /** A command was sent, and will be answered. */
    void sent(Envelope<?> command);

    /** A command was answered, refusals included. A cancelled one is not. */
    void answered(Envelope<?> command, CommandResult<?> result);
}
