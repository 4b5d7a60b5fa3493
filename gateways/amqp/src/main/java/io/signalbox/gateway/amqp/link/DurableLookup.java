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
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
    private final Turns turns;

    /** Of the sessions that it may be. */
    private List<String> candidates = List.of();

    /** Until it is known whether there is one, and while it is being removed. */
    private CompletableFuture<Void> turn = new CompletableFuture<>();

    private @Nullable Session session;

    /** Why it could not be looked for; null: it could. */
    private @Nullable SignalboxException failure;

    /** The client has closed the link before it was answered: the subscription is forgotten as soon as it is found. */
    private boolean closed;

    DurableLookup(Peer peer, Links links, SessionNames names, Turns turns) {
        this.peer = peer;
        this.links = links;
        this.names = names;
        this.turns = turns;
    }

    void find(Sender link) {
        link.closeHandler(l -> peer.guarded(() -> {
                    closed = true;
                    end(link, true);
                }))
                .detachHandler(l -> peer.guarded(() -> end(link, false)))
                .parentEndpointClosedHandler(l -> peer.guarded(() -> end(link, false)));
        candidates = names.durable(link);
        CompletableFuture<Void> free = turns.free(candidates);
        turn = turns.take(candidates);
        free.whenComplete((done, error) -> peer.guarded(() -> begin(link)));
    }

    private void begin(Sender link) {
        if (links.areOver() || Attaching.gone(links, link) && !closed) {
            turn.complete(null);
            peer.done(link);
        } else {
            find(link, new ArrayDeque<>(candidates));
        }
    }

    private void find(Sender link, ArrayDeque<String> sessionNames) {
        SessionOptions options = Subscription.lookup(
                sessionNames.remove(), peer.principal(), peer.config().queues());
        Subscription.open(peer.transport(), options, new EventLoopLane(peer.loop()), this)
                .whenComplete((opened, error) -> peer.guarded(() -> {
                    session = opened;
                    if (error != null && failure == null) {
                        failure = Stages.cause(error);
                    }
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
        if (!others.isEmpty() && !links.areOver() && (closed || !Attaching.gone(links, link))) {
            find(link, others);
            return;
        }
        SignalboxException why = failure;
        if (Attaching.gone(links, link)) {
            peer.done(link);
        } else if (why != null) {
            Attaching.refuse(peer, link, Condition.of(why.reason()), String.valueOf(why.getMessage()));
        } else {
            Attaching.refuse(peer, link, Condition.NOT_FOUND, "no subscription has the name '" + link.getName() + "'");
        }
        turn.complete(null);
    }

    private void found(Sender link, Session opened) {
        if (Attaching.gone(links, link)) {
            end(link, closed);
            peer.done(link);
            if (!closed) {
                turn.complete(null);
            }
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
        turn.complete(null);
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
        if (turn.isDone()) {
            turn = turns.take(candidates);
        }
        // Who hears that it is closed may ask whether it is still there.
        Stages.onLane(found.remove(), new EventLoopLane(peer.loop()))
                .whenComplete((done, error) -> peer.guarded(() -> {
                    SignalboxException why = error == null ? null : Stages.cause(error);
                    removed(link, why);
                    if (why == null) {
                        turn.complete(null);
                    } else {
                        turn.completeExceptionally(why); // who wants the name now would go on with the old one
                    }
                    peer.channel().flush();
                }));
    }

    private void removed(Sender link, @Nullable SignalboxException failed) {
        if (links.areOver()
                || link.isLocallyClosedOrDetached() // its client has used the name again, and did not wait
                || link.getSession().isLocallyClosed()
                || !link.getEngine().isRunning()) {
            return;
        }
        if (failed == null) {
            link.close();
        } else {
            peer.close(link, Condition.of(failed.reason()), String.valueOf(failed.getMessage()));
        }
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
