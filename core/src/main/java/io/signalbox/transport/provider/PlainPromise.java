package io.signalbox.transport.provider;

import io.signalbox.message.Message;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;

/** The same for all messages. */
record PlainPromise(Capabilities capabilities, Durability most, Guarantees guarantees, boolean isCertain)
        implements Promise {
    @Override
    public Durability durabilityMax(Message message) {
        return most;
    }

    @Override
    public Guarantees guarantees(Message message) {
        return guarantees;
    }
}
