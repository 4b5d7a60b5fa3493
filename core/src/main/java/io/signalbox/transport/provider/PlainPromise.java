package io.signalbox.transport.provider;

import io.signalbox.message.Message;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Guarantees;

/** The same for all messages. */
record PlainPromise(Capabilities capabilities, Guarantees guarantees, boolean isCertain) implements Promise {
    @Override
    public Guarantees guarantees(Message message) {
        return guarantees;
    }
}
