package io.signalbox.transports.memory;

import io.signalbox.message.Message;
import io.signalbox.transport.ForwardingSession;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Session;
import io.signalbox.transport.Settlement;

/** The broker's session, with what it publishes captured and its settlements lost on demand. */
final class MemorySession extends ForwardingSession {
    private final MemoryTransport transport;

    MemorySession(Session session, MemoryTransport transport) {
        super(session);
        this.transport = transport;
    }

    @Override
    public void publish(Message message, int tag, PublishCallback callback, long context) {
        transport.publish(
                name(),
                message,
                (answer, number) -> session().publish(message, tag, answer, number),
                callback,
                context);
    }

    @Override
    public void settle(int deliveryId, Settlement settlement) {
        boolean lost = settlement == Settlement.ACCEPTED && transport.faults().losesSettlement();
        session().settle(deliveryId, lost ? Settlement.RELEASED : settlement);
    }
}
