package io.signalbox.gateway.amqp.connection;

import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.gateway.amqp.link.Answers;
import io.signalbox.gateway.amqp.link.Attaching;
import io.signalbox.gateway.amqp.link.Links;
import io.signalbox.gateway.amqp.link.Peer;
import io.signalbox.gateway.amqp.link.Subscribing;
import org.apache.qpid.protonj2.engine.Connection;
import org.apache.qpid.protonj2.engine.Link;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Session;

/** The sessions and links of a connection that is open, as the client begins and attaches them. Owned by its loop. */
final class Endpoints {
    private final AmqpConnection connection;
    private final Links links;
    private final Attaching attaching;
    private final Subscribing subscribing;
    private final PublishingSession publishing;
    private final Peer peer;
    private final Retained retained;

    Endpoints(AmqpConnection connection, Peer peer, Answers answers, Retained retained) {
        this.connection = connection;
        this.peer = peer;
        this.retained = retained;
        this.links = new Links(peer.counters());
        this.publishing = new PublishingSession(connection);
        this.attaching = new Attaching(peer, links, answers, publishing::get);
        this.subscribing = new Subscribing(peer, links);
    }

    void watch(Connection engine) {
        engine.sessionOpenHandler(session -> connection.guarded(() -> onBegin(session)));
    }

    private void onBegin(Session session) {
        // One more than may be attached, so that it can be refused by itself.
        session.setHandleMax(peer.config().limits().linksMax())
                .closeHandler(s -> connection.guarded(session::close))
                .receiverOpenHandler(link -> connection.guarded(() -> {
                    if (mayAttach(link)) {
                        attaching.onReceiver(link);
                    }
                }))
                .senderOpenHandler(link -> connection.guarded(() -> {
                    if (mayAttach(link)) {
                        subscribing.onSender(link);
                    }
                }))
                .open();
    }

    /** A second attach under a name that is attached ends the session (2.6.1): one of both is not the client's any more. */
    private boolean mayAttach(Link<?> link) {
        if (retained.attaching(link)) {
            if (link instanceof Receiver receiver) {
                receiver.deliveryReadHandler(early -> connection.guarded(this::onTransferWithoutCredit));
            }
            if (retained.isFull()) {
                Attaching.refuseFull(peer, link);
                return false;
            }
            return true;
        }
        link.getSession()
                .setCondition(
                        Condition.NOT_ALLOWED.error("the link '" + link.getName() + "' is attached already (2.6.1)"))
                .close();
        return false;
    }

    /** Of a link that is not open here yet, or was refused. */
    private void onTransferWithoutCredit() {
        throw new Violation(Condition.NOT_ALLOWED, "a transfer without any credit for it (2.6.7)");
    }

    /** The client has said how much it takes. */
    void onFlow() {
        links.onFlow();
    }

    void writable(boolean now) {
        links.writable(now);
    }

    /** The transport has more than it may hand out, or no longer. */
    void held(boolean now) {
        links.held(now);
    }

    void lost() {
        links.lost();
        publishing.end();
    }
}
