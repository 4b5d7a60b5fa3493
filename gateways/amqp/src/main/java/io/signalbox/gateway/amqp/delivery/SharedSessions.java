package io.signalbox.gateway.amqp.delivery;

import io.netty.channel.EventLoop;
import io.signalbox.transport.Transport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** The shared sessions that are in use on this server. Thread safe. */
public final class SharedSessions {
    private final Transport transport;
    private final ConcurrentHashMap<String, SharedSession> live = new ConcurrentHashMap<>();

    public SharedSessions(Transport transport) {
        this.transport = transport;
    }

    /**
     * Makes the link a member, and the session, if there is none.
     *
     * @param loop the link's
     * @return completes on that loop, before the first delivery; fails with a SignalboxException
     */
    public CompletionStage<DeliverySource> join(Subscription subscription, DeliveryTarget target, EventLoop loop) {
        CompletableFuture<DeliverySource> joined = new CompletableFuture<>();
        join(subscription, new SharedSession.Entrant(target, loop, joined));
        return joined;
    }

    /** Makes the session exist, so that it keeps what comes before anybody consumes it. */
    public CompletionStage<Void> ensure(Subscription subscription, EventLoop loop) {
        CompletableFuture<DeliverySource> ensured = new CompletableFuture<>();
        join(subscription, new SharedSession.Entrant(null, loop, ensured));
        return ensured.thenAccept(source -> {});
    }

    private void join(Subscription subscription, SharedSession.Entrant entrant) {
        SharedSession session = live.computeIfAbsent(
                subscription.sessionName(), name -> new SharedSession(transport, subscription, entrant.loop(), this));
        session.join(subscription, entrant);
    }

    /** It had ended before it heard of the entrant. */
    void joinAnother(Subscription subscription, SharedSession.Entrant entrant) {
        join(subscription, entrant);
    }

    void ended(String name, SharedSession session) {
        live.remove(name, session);
    }
}
