package io.signalbox.gateway.amqp.link;

import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.amqp.delivery.DeliverySource;
import io.signalbox.gateway.amqp.delivery.OwnSession;
import io.signalbox.gateway.amqp.delivery.Stages;
import io.signalbox.gateway.amqp.delivery.Subscription;
import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.gateway.amqp.message.Address;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.messaging.Source;
import org.apache.qpid.protonj2.types.messaging.Target;
import org.apache.qpid.protonj2.types.messaging.Terminus;

/** What becomes of an attach on which the client wants to receive. Owned by the connection's loop. */
public final class Subscribing {
    private final Peer peer;
    private final Links links;
    private final SessionNames names;
    private final Turns turns = new Turns();
    private final Queues queues;

    public Subscribing(Peer peer, Links links) {
        this.peer = peer;
        this.links = links;
        this.names = new SessionNames(peer);
        this.queues = new Queues(peer);
    }

    /** The client receives on it. */
    public void onSender(Sender link) {
        try {
            Source source = link.getRemoteSource();
            if (source == null) {
                new DurableLookup(peer, links, names, turns).find(link);
            } else {
                attach(link, source);
            }
        } catch (Violation e) {
            Attaching.refuse(peer, link, e.condition(), e.detail());
        } catch (SignalboxException e) {
            Attaching.refuse(peer, link, Condition.of(e.reason()), String.valueOf(e.getMessage()));
        }
    }

    private void attach(Sender link, Source source) {
        Source actual = source.copy();
        if (source.isDynamic()) {
            actual.setAddress(Attaching.replyAddress(peer));
        }
        String text = actual.getAddress();
        if (text == null || text.isEmpty()) {
            throw new Violation(Condition.INVALID_FIELD, "an attach to receive needs an address, or a dynamic source");
        }
        Terms terms = Terms.of(source, text, peer.time().millis());
        Address address = terms.address();
        if (!peer.authorizer().maySubscribe(peer.principal(), address.filter())) {
            Attaching.refuse(
                    peer, link, Condition.UNAUTHORIZED_ACCESS, "receiving from '" + text + "' is not permitted");
            return;
        }
        Subscription subscription = subscription(link, terms); // before the link is anything that must be let go
        actual.setFilter(
                terms.filters().applied().isEmpty() ? null : terms.filters().applied());
        actual.setOutcomes(Attaching.OUTCOMES);
        link.setSource(actual);
        Terminus target = link.getRemoteTarget();
        if (target instanceof Target ordinary) {
            link.setTarget(ordinary);
        }
        link.setSenderSettleMode(link.getRemoteSenderSettleMode());
        link.setReceiverSettleMode(link.getRemoteReceiverSettleMode());
        OutgoingLink outgoing = new OutgoingLink(
                link,
                peer,
                links,
                address.filter(),
                terms.isShared(),
                terms.filters().selector());
        sourceInTurn(link, subscription, terms, outgoing)
                .whenComplete((from, error) -> peer.guarded(() -> {
                    if (from != null) {
                        outgoing.open(from);
                    } else {
                        refused(link, outgoing, Stages.cause(error));
                    }
                    peer.channel().flush();
                }));
    }

    private void refused(Sender link, OutgoingLink outgoing, SignalboxException why) {
        boolean hears = !outgoing.isClosed() && !Attaching.gone(links, link);
        outgoing.refused(); // of a session that has ended nobody else says so
        if (hears) {
            link.setSource(null);
            Attaching.refuse(peer, link, Condition.of(why.reason()), String.valueOf(why.getMessage()));
        } else {
            peer.done(link);
        }
    }

    /** Not while a subscription of that name is being looked for, or ended. */
    private CompletionStage<DeliverySource> sourceInTurn(
            Sender link, Subscription subscription, Terms terms, OutgoingLink target) {
        if (turns.isFree(subscription.sessionName())) {
            return source(subscription, terms, target);
        }
        List<String> name = List.of(subscription.sessionName());
        CompletableFuture<Void> free = turns.free(name);
        CompletableFuture<Void> turn = turns.take(name);
        CompletionStage<DeliverySource> source = free.thenCompose(done -> {
            if (target.isClosed() || Attaching.gone(links, link)) {
                throw new CancellationException("its client has gone while it waited");
            }
            return source(subscription, terms, target);
        });
        // Not before the link has it.
        source.whenCompleteAsync((from, error) -> turn.complete(null), peer.loop());
        return source;
    }

    private CompletionStage<DeliverySource> source(Subscription subscription, Terms terms, OutgoingLink target) {
        boolean shared = terms.address().kind() == Address.Kind.QUEUE || terms.shared();
        return shared
                ? peer.shared().join(subscription, peer.principal(), target, peer.loop())
                : OwnSession.open(peer.transport(), subscription, target, peer.loop());
    }

    /** @throws Violation it has no name that it could be found again by */
    private Subscription subscription(Sender link, Terms terms) {
        if (terms.address().kind() == Address.Kind.QUEUE) {
            return queues.subscription(terms.address());
        }
        return new Subscription(
                false,
                names.of(link.getName(), terms),
                peer.principal(),
                Queues.filter(
                        terms.address().filter(),
                        terms.filters().start(),
                        terms.filters().speed()),
                terms.expiry(),
                peer.config().queues(),
                peer.config().limits().unsettledMax());
    }
}
