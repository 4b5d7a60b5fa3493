package io.signalbox.transports.composite.spool;

import io.signalbox.message.Message;
import io.signalbox.transport.ForwardingSession;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Session;

/** The transport's own session, but for what it publishes: that goes by the spool's way. */
final class SpoolingSession extends ForwardingSession {
    private final SpoolingTransport transport;

    SpoolingSession(Session session, SpoolingTransport transport) {
        super(session);
        this.transport = transport;
    }

    @Override
    public void publish(Message message, int tag, PublishCallback callback, long context) {
        transport.publish(
                message, tag, (m, answer, number) -> session().publish(m, 0, answer, number), callback, context);
    }
}
