package io.signalbox.gateway.amqp.connection;

import org.apache.qpid.protonj2.engine.Endpoint;
import org.apache.qpid.protonj2.engine.EngineHandler;
import org.apache.qpid.protonj2.engine.EngineHandlerContext;
import org.apache.qpid.protonj2.engine.IncomingDelivery;
import org.apache.qpid.protonj2.engine.Link;
import org.apache.qpid.protonj2.engine.OutgoingAMQPEnvelope;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.types.transport.Disposition;

/** Settles what a client has sent within the engine alone. Owned by the connection's loop. */
final class Quiet implements EngineHandler {
    private boolean quiet;

    /**
     * All that is unsettled on it, if it and all around it is still open. Dispositions are not sent. What is sent to the
     * client the engine does not know as unsettled.
     *
     * @param partial also a message of which more may come: the engine must know it until then
     */
    void settleAll(Link<?> link, boolean partial) {
        if (!(link instanceof Receiver receiver) || !isOpen(link)) {
            return;
        }
        quiet = true;
        try {
            receiver.settle(delivery -> partial || !delivery.isPartial());
        } finally {
            quiet = false;
        }
    }

    /** One whose link is open. */
    void settle(IncomingDelivery delivery) {
        quiet = true;
        try {
            delivery.settle();
        } finally {
            quiet = false;
        }
    }

    /** The engine keeps what is unsettled there, and by it the link, until the session ends. */
    static boolean hasUnsettled(Link<?> link) {
        return link instanceof Receiver receiver && receiver.hasUnsettled();
    }

    private static boolean isOpen(Link<?> link) {
        return isOpen((Endpoint<?>) link) && isOpen(link.getSession()) && isOpen(link.getConnection());
    }

    private static boolean isOpen(Endpoint<?> endpoint) {
        return endpoint.isLocallyOpen() && endpoint.isRemotelyOpen();
    }

    @Override
    public void handleWrite(EngineHandlerContext context, OutgoingAMQPEnvelope envelope) {
        if (quiet && envelope.getBody() instanceof Disposition) {
            envelope.release();
            return;
        }
        context.fireWrite(envelope);
    }
}
