package io.signalbox.gateway.amqp.link;

import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.delivery.Stages;
import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.gateway.amqp.message.Address;
import io.signalbox.transport.Session;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.qpid.protonj2.engine.Link;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.UnsignedLong;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Modified;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.apache.qpid.protonj2.types.messaging.Released;
import org.apache.qpid.protonj2.types.messaging.Target;
import org.apache.qpid.protonj2.types.messaging.Terminus;
import org.apache.qpid.protonj2.types.transactions.Coordinator;
import org.jspecify.annotations.Nullable;

/** What becomes of an attach on which the client wants to publish. Owned by the connection's loop. */
public final class Attaching {
    static final Symbol[] OUTCOMES = {
        Accepted.DESCRIPTOR_SYMBOL, Rejected.DESCRIPTOR_SYMBOL, Released.DESCRIPTOR_SYMBOL, Modified.DESCRIPTOR_SYMBOL
    };

    private static final int CONTAINER_CHARS_MAX = 256;

    private final Peer peer;
    private final Links links;
    private final Queues queues;
    private final Answers answers;
    private final Supplier<CompletionStage<Session>> publishing;

    /** @param publishing the session in whose name this connection publishes; completes on the loop */
    public Attaching(Peer peer, Links links, Answers answers, Supplier<CompletionStage<Session>> publishing) {
        this.peer = peer;
        this.links = links;
        this.queues = new Queues(peer);
        this.answers = answers;
        this.publishing = publishing;
    }

    /** The client publishes on it. */
    public void onReceiver(Receiver link) {
        Terminus terminus = link.getRemoteTarget();
        if (terminus instanceof Coordinator) {
            refuse(peer, link, Condition.NOT_IMPLEMENTED, "transactions are not supported");
            return;
        }
        try {
            attach(link, terminus instanceof Target target ? target : null);
        } catch (Violation e) {
            refuse(peer, link, e.condition(), e.detail());
        } catch (SignalboxException e) {
            refuse(peer, link, Condition.of(e.reason()), String.valueOf(e.getMessage()));
        }
    }

    private void attach(Receiver link, @Nullable Target target) {
        if (target == null) {
            throw new Violation(Condition.INVALID_FIELD, "an attach to publish needs a target (3.5.4)");
        }
        Target actual = target.copy();
        if (target.isDynamic()) {
            actual.setAddress(replyAddress(peer));
        }
        String text = actual.getAddress();
        Address address =
                text == null || text.isEmpty() ? null : Address.parse(text, Terms.isQueue(target.getCapabilities()));
        if (address != null && !peer.authorizer().mayPublish(peer.principal(), address.topic())) {
            refuse(peer, link, Condition.UNAUTHORIZED_ACCESS, "publishing to '" + text + "' is not permitted");
            return;
        }
        Destination destination = new Destination(peer, queues, address);
        CompletionStage<Session> ready = publishing.get();
        if (address != null && address.kind() == Address.Kind.QUEUE) {
            ready = queues.ensure(address).thenCompose(made -> {
                destination.existing();
                return publishing.get();
            });
        }
        ready.whenComplete((session, error) -> peer.guarded(() -> {
            if (gone(links, link)) {
                peer.done(link);
                return;
            }
            if (session == null) {
                SignalboxException why = Stages.cause(error);
                refuse(peer, link, Condition.of(why.reason()), String.valueOf(why.getMessage()));
            } else {
                open(link, actual, destination, session);
            }
            peer.channel().flush();
        }));
    }

    private void open(Receiver link, Target actual, Destination destination, Session session) {
        link.setTarget(actual);
        link.setSource(link.getRemoteSource());
        link.setSenderSettleMode(link.getRemoteSenderSettleMode());
        link.setReceiverSettleMode(link.getRemoteReceiverSettleMode());
        link.setMaxMessageSize(UnsignedLong.valueOf(peer.config().limits().messageBytesMax()));
        new IncomingLink(link, peer, links, session, destination, answers).open();
    }

    /** The client has not waited for the answer. */
    static boolean gone(Links links, Link<?> link) {
        return links.areOver()
                || link.isRemotelyClosedOrDetached()
                || link.getSession().isRemotelyClosed()
                || link.getSession().isLocallyClosed()
                || link.getConnection().isRemotelyClosed()
                || link.getConnection().isLocallyClosed()
                || !link.getEngine().isRunning();
    }

    /** A topic that nobody else knows of, for replies to this connection. */
    static String replyAddress(Peer peer) {
        String container = peer.containerId();
        boolean usable = !container.isEmpty()
                && container.length() <= CONTAINER_CHARS_MAX
                && container.chars().noneMatch(c -> c == '+' || c == '#' || c == '/' || c == 0);
        return Address.REPLY_PREFIX + (usable ? container : "amqp") + "/" + UUID.randomUUID();
    }

    /** There are too many already. */
    public static void refuseFull(Peer peer, Link<?> link) {
        refuse(
                peer,
                link,
                Condition.RESOURCE_LIMIT_EXCEEDED,
                "this connection has " + peer.config().limits().linksMax() + " links, as many as it may have");
    }

    /** As 2.6.3 has it: attached without a terminus, then closed with the reason. */
    static void refuse(Peer peer, Link<?> link, Condition condition, String detail) {
        peer.counters().increment(AmqpCounter.ATTACH_REFUSED);
        link.open();
        link.setCondition(condition.error(detail));
        link.close();
        peer.done(link);
    }
}
