package io.signalbox.transports.composite.spool;

import io.signalbox.message.Message;
import io.signalbox.transport.Refusal;

/**
 * Is given each spooled message that its transport will never take, with the reason, and has the only copy from then on:
 * a dead-letter office, a table. The message stays in the spool when it throws, and comes again after a pause; that is no
 * fault worth a word when it throws a {@link io.signalbox.error.SignalboxException} with BUSY, since it is not done yet.
 */
@FunctionalInterface
public interface RefusedMessages {
    /** Called on any thread; must not block. */
    void add(Message message, Refusal refusal);
}
