package io.signalbox.gateway.amqp.link;

import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.amqp.delivery.Stages;
import io.signalbox.gateway.amqp.delivery.Subscription;
import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.listener.EventLoopLane;
import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import java.util.ArrayDeque;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.messaging.Source;
import org.apache.qpid.protonj2.types.messaging.TerminusDurability;
import org.apache.qpid.protonj2.types.messaging.TerminusExpiryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * An attach without a source asks for the subscription that the link's name stands for, as JMS clients do to end it:
 * closing the link then forgets it. Owned by the connection's loop.
 */
final class DurableLookup implements Subscriber, LinkEnd {
    private final Peer peer;
    private final Links links;
    private final SessionNames names;
    private @Nullable Session session;

    /** The client has closed the link before it was answered: the subscription is forgotten as soon as it is found. */
    private boolean closed;

    DurableLookup(Peer peer, Links links, SessionNames names) {
        this.peer = peer;
        this.links = links;
        this.names = names;
    }

    void find(Sender link) {
        link.closeHandler(l -> peer.guarded(() -> {
                    closed = true;
                    end(link, true);
                }))
                .detachHandler(l -> peer.guarded(() -> end(link, false)))
                .parentEndpointClosedHandler(l -> peer.guarded(() -> end(link, false)));
        find(link, new ArrayDeque<>(names.durable(link)));
    }

    private void find(Sender link, ArrayDeque<String> sessionNames) {
        SessionOptions options = Subscription.lookup(
                sessionNames.remove(), peer.principal(), peer.config().queues());
        Subscription.open(peer.transport(), options, new EventLoopLane(peer.loop()), this)
                .whenComplete((opened, error) -> peer.guarded(() -> {
                    session = opened;
                    if (opened != null && opened.resumed()) {
                        found(link, opened);
                    } else {
                        leave(true, true); // it was made by looking for it
                        missed(link, sessionNames);
                    }
                    peer.channel().flush();
                }));
    }

    private void missed(Sender link, ArrayDeque<String> others) {
        if (Attaching.gone(links, link)) {
            peer.done(link);
            return;
        }
        if (others.isEmpty()) {
            Attaching.refuse(peer, link, Condition.NOT_FOUND, "no subscription has the name '" + link.getName() + "'");
        } else {
            find(link, others);
        }
    }

    private void found(Sender link, Session opened) {
        if (Attaching.gone(links, link)) {
            end(link, closed);
            peer.done(link);
            return;
        }
        links.add(this);
        opened.writable(false);
        link.setSource(new Source()
                .setAddress(link.getName())
                .setDurable(TerminusDurability.UNSETTLED_STATE)
                .setExpiryPolicy(TerminusExpiryPolicy.NEVER));
        link.open();
        peer.done(link);
    }

    private void end(Sender link, boolean forget) {
        Session found = session;
        if (found == null || !forget) {
            leave(true, false);
            close(link, forget);
            return;
        }
        links.remove(this);
        session = null;
        // Who hears that it is closed may ask whether it is still there.
        Stages.onLane(found.remove(), new EventLoopLane(peer.loop()))
                .whenComplete((done, error) -> peer.guarded(() -> {
                    if (links.areOver()
                            || link.getSession().isLocallyClosed()
                            || !link.getEngine().isRunning()) {
                        return;
                    }
                    if (error == null) {
                        link.close();
                    } else {
                        SignalboxException why = Stages.cause(error);
                        peer.close(link, Condition.of(why.reason()), String.valueOf(why.getMessage()));
                    }
                    peer.channel().flush();
                }));
    }

    private static void close(Sender link, boolean forget) {
        if (forget) {
            link.close();
        } else {
            link.detach();
        }
    }

    @Override
    public void lost() {
        leave(false, false);
    }

    @Override
    public void writable(boolean now) {
        // Nothing is delivered here.
    }

    private void leave(boolean clean, boolean forget) {
        links.remove(this);
        Session found = session;
        session = null;
        if (found != null && forget) {
            found.remove();
        } else if (found != null) {
            found.detach(clean);
        }
    }

    @Override
    public void onDelivery(
            int deliveryId,
            Message message,
            Match match,
            int deliveryCount,
            boolean redelivered,
            boolean fromRetained) {
        // The link never has a source to deliver from: what comes is offered again to whoever opens the session next.
    }

    @Override
    public void onReleased(int deliveryId) {
        // Only for exactly once, which nobody subscribes with here.
    }

    @Override
    public void onTurnEnd() {
        peer.channel().flush();
    }

    @Override
    public void onDetached(DetachReason reason) {
        session = null;
    }
}
