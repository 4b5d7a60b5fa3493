package io.signalbox.gateway.amqp.link;

import io.signalbox.access.ReceiveRights;
import io.signalbox.gateway.amqp.delivery.DeliverySource;
import io.signalbox.gateway.amqp.delivery.DeliveryTarget;
import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.message.Selector;
import io.signalbox.message.Message;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber.DetachReason;
import java.util.ArrayDeque;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.messaging.Outcome;
import org.apache.qpid.protonj2.types.messaging.Source;
import org.apache.qpid.protonj2.types.transport.DeliveryState;
import org.jspecify.annotations.Nullable;

/**
 * A link on which a client receives: takes from its source as much as the client gave credit for and its socket takes,
 * and tells the source how each delivery ended. Owned by the connection's loop. Hot path.
 */
final class OutgoingLink implements LinkEnd, DeliveryTarget, Unsettled.Owner {
    private final Sender link;
    private final Peer peer;
    private final Links links;
    private final Unsettled.Recipient recipient = new Unsettled.Recipient(this);
    private final Sending sending;
    private final LinkCredit credit;
    private final TopicFilter filter;
    private final @Nullable Selector selector;

    /** Null: the transport asks, in this client's name. */
    private final @Nullable ReceiveRights rights;

    /** As of which the client may receive from here. */
    private long epoch;

    /** Handed over, and without credit or room in the client's window. Bounded by the source's limit. */
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    private final Ended ended = new Ended();
    private @Nullable DeliverySource source;
    private int unsettled;
    private boolean closed;

    /** Its client has left, and it hears that next. */
    private boolean detaching;

    /** It was closed by its client, before the source was there. */
    private boolean forgotten;

    private record Waiting(int deliveryId, Message message, int deliveryCount, boolean redelivered) {}

    /**
     * @param filter what it receives, which the client may do now
     * @param shared the transport hands messages over in the name of whoever opened the session
     * @param selector which of that its client wants; null: all
     */
    OutgoingLink(Sender link, Peer peer, Links links, TopicFilter filter, boolean shared, @Nullable Selector selector) {
        this.link = link;
        this.peer = peer;
        this.links = links;
        this.sending = new Sending(link, peer, recipient);
        this.credit = new LinkCredit(link, peer);
        this.filter = filter;
        this.selector = selector;
        this.rights = shared ? new ReceiveRights(peer.authorizer()) : null;
        this.epoch = peer.authorizer().epoch();
        links.add(this);
        link.creditStateUpdateHandler(l -> peer.guarded(this::onCredit))
                .detachHandler(l -> peer.guarded(() -> onGone(false)))
                .closeHandler(l -> peer.guarded(() -> onGone(true)))
                .parentEndpointClosedHandler(l -> peer.guarded(() -> leave(true, false)));
    }

    /** Attaches this side; then the source may be given credit. */
    void open(DeliverySource from) {
        if (closed) {
            from.leave(true, forgotten);
            peer.done(link);
            return;
        }
        source = from;
        if (Attaching.gone(links, link)) {
            leave(true, false); // the engine says nothing of a session's end to links that are not open
            peer.done(link);
            return;
        }
        link.open();
        detaching = peer.done(link);
        onCredit();
    }

    /** It was not to be. */
    void refused() {
        leave(true, false);
    }

    boolean isClosed() {
        return closed;
    }

    private void onCredit() {
        if (closed || detaching) {
            return; // the engine tells links until their client has detached them
        }
        sendWaiting();
        DeliverySource from = source;
        if (from != null && !closed) {
            credit.onFlow(from, room());
        }
    }

    private int room() {
        return credit.room(waiting.size(), sending.begun(), unsettled);
    }

    private void grant() {
        DeliverySource from = source;
        if (from != null && !closed && !detaching) {
            credit.limit(from, room());
        }
    }

    private void sendWaiting() {
        if (peer.channel().isWritable()) {
            sending.resume(); // bytes for a socket that takes none would only pile up
        }
        while (!waiting.isEmpty() && mayBegin()) {
            Waiting first = waiting.remove();
            send(first.deliveryId, first.message, first.deliveryCount, first.redelivered);
        }
        noteIfHeldUp();
        credit.tellDrained(waiting.isEmpty() && !sending.isUnfinished());
    }

    /** What waits is references; what is sent to a socket that takes nothing is bytes. */
    private boolean mayBegin() {
        return sending.isReady() && peer.channel().isWritable();
    }

    /** There is credit and something to send, and it does not go. */
    private boolean isHeldUp() {
        return (!waiting.isEmpty() || sending.isUnfinished()) && !closed && link.getCredit() > 0 && !link.isSendable();
    }

    private void noteIfHeldUp() {
        if (isHeldUp()) {
            links.onWindowClosed();
        }
    }

    /** The engine tells one link alone when the client opens a session's window. This makes it look at them all. */
    @Override
    public void windowMayBeOpen() {
        if (isHeldUp()) {
            peer.guarded(() -> link.getSession().setOutgoingCapacity(0).setOutgoingCapacity(-1));
            noteIfHeldUp(); // others may have used it up
        }
    }

    @Override
    public void onDelivery(int deliveryId, Message message, int deliveryCount, boolean redelivered) {
        // What fails ends the connection, so that the message is offered again.
        peer.guarded(() -> handOver(deliveryId, message, deliveryCount, redelivered));
    }

    private void handOver(int deliveryId, Message message, int deliveryCount, boolean redelivered) {
        credit.onHandedOver();
        if (closed || !mayReceive(message)) {
            return;
        }
        if (selector != null && !selector.matches(message)) {
            credit.onPassedOver();
            settleLater(deliveryId, Settlement.ACCEPTED);
            return;
        }
        if (waiting.isEmpty() && mayBegin()) {
            send(deliveryId, message, deliveryCount, redelivered);
        } else {
            waiting.add(new Waiting(deliveryId, message, deliveryCount, redelivered));
            if (waiting.size() == 1) {
                windowMayBeOpen();
            }
        }
        noteIfHeldUp();
        DeliverySource from = source;
        if (from != null) {
            credit.afterHandOver(from, room());
        }
    }

    /** A shared session takes messages in another's right: a link whose client has none to this one ends. */
    private boolean mayReceive(Message message) {
        long now = peer.authorizer().epoch();
        if (now != epoch) {
            epoch = now;
            if (!peer.authorizer().maySubscribe(peer.principal(), filter)) {
                end(Condition.UNAUTHORIZED_ACCESS, "the right to receive from here was taken back");
                return false;
            }
        }
        if (rights != null && !rights.mayReceive(peer.principal(), message.topic())) {
            end(
                    Condition.UNAUTHORIZED_ACCESS,
                    "receiving from '" + message.topic().text() + "' is not permitted");
            return false;
        }
        return true;
    }

    private void send(int deliveryId, Message message, int deliveryCount, boolean redelivered) {
        switch (sending.send(deliveryId, message, deliveryCount, redelivered)) {
            case SENT -> unsettled++;
            case SENT_SETTLED -> settleLater(deliveryId, Settlement.ACCEPTED);
            case TOO_LARGE ->
                settleLater(
                        deliveryId,
                        new Settlement.Rejected("message too large for the receiver, whose max-message-size is "
                                + link.getRemoteMaxMessageSize()));
        }
    }

    /** Not at once: the source is in the middle of handing it over. */
    private void settleLater(int deliveryId, Settlement settlement) {
        if (ended.add(deliveryId, settlement)) {
            peer.loop().execute(() -> peer.guarded(this::settleEnded));
        }
    }

    private void settleEnded() {
        DeliverySource from = source;
        if (from != null) {
            ended.settle(from);
            grant();
        }
    }

    @Override
    public void onTurnEnd() {
        peer.channel().flush();
    }

    @Override
    public void onDrained(int number) {
        boolean again = credit.onDrained(number, room());
        if (closed) {
            return;
        }
        credit.tellDrained(waiting.isEmpty() && !sending.isUnfinished());
        if (again) {
            peer.guarded(this::onCredit); // some may have come meanwhile, or be left
        }
        peer.channel().flush();
    }

    @Override
    public void onOutcome(int deliveryId, @Nullable Settlement said) {
        Settlement settlement = said;
        if (settlement == null) {
            Settlement byDefault = Outcomes.settlement(defaultOutcome());
            settlement = byDefault == null ? Settlement.RELEASED : byDefault;
        }
        unsettled--;
        DeliverySource from = source;
        if (from != null && deliveryId != 0) {
            from.settle(deliveryId, settlement);
        }
        grant();
    }

    /** Settled without a word: the source's default outcome holds (3.5.3). */
    private @Nullable DeliveryState defaultOutcome() {
        Source terminus = link.getSource();
        Outcome outcome = terminus == null ? null : terminus.getDefaultOutcome();
        return outcome instanceof DeliveryState state ? state : null;
    }

    @Override
    public void writable(boolean now) {
        if (now) {
            peer.guarded(this::onCredit);
            peer.channel().flush();
        } else {
            // In the middle of a write, perhaps of this link's own: the engine must not be entered.
            peer.guarded(this::grant);
        }
    }

    @Override
    public void lost() {
        leave(false, false);
    }

    private void onGone(boolean forget) {
        if (leave(true, forget)) {
            if (forget) {
                link.close();
            } else {
                link.detach();
            }
        }
    }

    @Override
    public void onEnded(DetachReason reason) {
        source = null;
        switch (reason) {
            case TAKEN_OVER -> end(Condition.LINK_STOLEN, "another link has taken this subscription over");
            case REMOVED -> end(Condition.RESOURCE_DELETED, "an operator ended the subscription");
            case REVOKED -> end(Condition.UNAUTHORIZED_ACCESS, "the right to be here was taken back");
            case SHUTTING_DOWN -> end(Condition.DETACH_FORCED, "the server is shutting down");
        }
    }

    private void end(Condition condition, String detail) {
        peer.guarded(() -> {
            if (leave(true, false)) {
                if (link.isLocallyOpen()) {
                    peer.close(link, condition, detail);
                } else if (!Attaching.gone(links, link)) { // before its attach was answered
                    link.setSource(null);
                    Attaching.refuse(peer, link, condition, detail);
                }
                peer.channel().flush();
            }
        });
    }

    /** @return false if it had left before */
    private boolean leave(boolean clean, boolean forget) {
        if (closed) {
            return false;
        }
        closed = true;
        links.remove(this);
        waiting.clear();
        sending.forget();
        recipient.left();
        DeliverySource from = source;
        source = null;
        forgotten = forget;
        if (from != null) {
            from.leave(clean, forget);
        }
        return true;
    }
}
