package io.signalbox.gateway.amqp.delivery;

import io.netty.channel.EventLoop;
import io.signalbox.access.Principal;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.Transport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** The shared sessions that are in use on this server. Thread safe. */
public final class SharedSessions {
    private final Transport transport;
    private final QueueCensus census;
    private final ConcurrentHashMap<String, SharedSession> live = new ConcurrentHashMap<>();

    public SharedSessions(Transport transport, QueueCensus census) {
        this.transport = transport;
        this.census = census;
    }

    public boolean knows(Subscription queue) {
        return census.knows(queue.sessionName());
    }

    /**
     * Makes the link a member, and the session, if there is none.
     *
     * @param by whose link it is
     * @param loop the link's
     * @return completes on that loop, before the first delivery; fails with a SignalboxException
     */
    public CompletionStage<DeliverySource> join(
            Subscription subscription, Principal by, DeliveryTarget target, EventLoop loop) {
        return join(subscription, by, new SharedSession.Entrant(target, loop, new CompletableFuture<>()));
    }

    /** Makes the session exist, so that it keeps what comes before anybody consumes it. */
    public CompletionStage<Void> ensure(Subscription subscription, Principal by, EventLoop loop) {
        return join(subscription, by, new SharedSession.Entrant(null, loop, new CompletableFuture<>()))
                .thenAccept(source -> {});
    }

    private CompletionStage<DeliverySource> join(
            Subscription subscription, Principal by, SharedSession.Entrant entrant) {
        if (subscription.queue() && admit(subscription, by, entrant)) {
            // On whatever thread: the census has a lock of its own.
            entrant.joined().whenComplete((source, error) -> {
                if (error != null) {
                    census.abandon(subscription.sessionName(), by);
                }
            });
        }
        if (!entrant.joined().isDone()) {
            enter(subscription, entrant);
        }
        return entrant.joined();
    }

    /** @return whether the queue is a new one */
    private boolean admit(Subscription queue, Principal by, SharedSession.Entrant entrant) {
        try {
            return census.admit(queue.sessionName(), by);
        } catch (SignalboxException e) {
            entrant.joined().completeExceptionally(e);
            return false;
        }
    }

    private void enter(Subscription subscription, SharedSession.Entrant entrant) {
        SharedSession session = live.computeIfAbsent(
                subscription.sessionName(), name -> new SharedSession(transport, subscription, entrant.loop(), this));
        session.join(subscription, entrant);
    }

    /** It had ended before it heard of the entrant. */
    void joinAnother(Subscription subscription, SharedSession.Entrant entrant) {
        enter(subscription, entrant);
    }

    void ended(String name, SharedSession session) {
        live.remove(name, session);
    }

    /** An operator has ended it. */
    void removed(Subscription subscription) {
        if (subscription.queue()) {
            census.forget(subscription.sessionName());
        }
    }
}
