package io.signalbox.transports.composite.spool;

import io.signalbox.message.Message;
import io.signalbox.transport.Refusal;

/** Is given each spooled message that its transport will never take, with the reason: a dead-letter office, a log. */
@FunctionalInterface
public interface RefusedMessages {
    /** Called on any thread; must not block. */
    void add(Message message, Refusal refusal);
}
