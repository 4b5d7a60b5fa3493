package io.signalbox.gateway.amqp.link;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.gateway.amqp.message.IncomingMessage;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import org.apache.qpid.protonj2.engine.IncomingDelivery;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.transactions.TransactionalState;
import org.apache.qpid.protonj2.types.transport.DeliveryState;
import org.apache.qpid.protonj2.types.transport.ReceiverSettleMode;
import org.jspecify.annotations.Nullable;

/**
 * A link on which a client publishes: from its transfers to the outcome of each. What it may have on the way is bounded
 * by the credit it was given; who sends more is detached. Owned by the connection's loop. Hot path.
 */
final class IncomingLink implements LinkEnd {
    private final Receiver link;
    private final Peer peer;
    private final Links links;
    private final Session session;
    private final Destination destination;
    private final Answers answers;
    private final Partial partial;

    /** Null: the client need not hear of its messages' outcomes first. */
    private final @Nullable Awaiting awaiting;

    private final int creditMax;

    /** Given and not used. */
    private int credit;

    /** Messages without their outcome; in mode second, without the sender's settlement. */
    private int open;

    /** In the middle of a delivery, whose credit is used. */
    private boolean begun;

    /**
     * Credit that the sender may believe it has beside what it was given: some count what they have aborted, or not yet
     * ended, and some do not, which then are ahead for good. Kept out of what is given.
     */
    private int spare;

    private int spareUsed; // since credit was given
    private boolean asked; // for its credit, and has not answered

    private boolean closed;
    private final Late late;

    IncomingLink(Receiver link, Peer peer, Links links, Session session, Destination destination, Answers answers) {
        this.link = link;
        this.peer = peer;
        this.links = links;
        this.session = session;
        this.destination = destination;
        this.answers = answers;
        this.late = new Late(peer);
        this.partial = new Partial(peer.outstanding(), peer.config().limits().messageBytesMax());
        this.awaiting =
                link.getReceiverSettleMode() == ReceiverSettleMode.SECOND ? new Awaiting(peer, this::ended) : null;
        this.creditMax = peer.config().limits().publishesMax();
    }

    /** Attaches this side, and gives credit to a client that is still there. */
    void open() {
        links.add(this);
        link.deliveryReadHandler(delivery -> peer.guarded(() -> onRead(delivery)))
                .creditStateUpdateHandler(l -> peer.guarded(this::onCreditReturned))
                .deliveryAbortedHandler(delivery -> peer.guarded(() -> onAborted(delivery)))
                .detachHandler(l -> peer.guarded(this::onDetached))
                .closeHandler(l -> peer.guarded(this::onClosed))
                .parentEndpointClosedHandler(l -> peer.guarded(this::lost));
        link.open();
        if (!peer.done(link)) {
            giveCredit();
        }
    }

    private void giveCredit() {
        int use = credit + open + (begun ? 1 : 0);
        int max = creditMax - spare;
        // While it is asked to give it back, it would have to give that back, too: it comes with the answer.
        if (!closed && !links.areHeld() && !link.isDraining() && use < max && use <= max / 2) {
            credit += max - use;
            spareUsed = 0;
            link.addCredit(max - use);
        }
    }

    /** The client is asked to use its credit now or give it back; what it sends on it is answered as ever. */
    @Override
    public void held(boolean now) {
        if (closed) {
            return;
        }
        if (!now) {
            peer.guarded(this::giveCredit);
        } else if (!link.isDraining()) {
            asked = true;
            peer.guarded(link::drain);
        }
        peer.channel().flush();
    }

    private void onCreditReturned() {
        int left = link.getCredit(); // which the delivery at hand has not used, as far as the engine knows
        if (left == 0 && asked) { // not whenever it says so: each time would give it more
            asked = false;
            if (begun) {
                addSpare();
            }
        }
        credit = Math.max(0, begun ? left - 1 : left);
        giveCredit();
    }

    private void addSpare() {
        spare = Math.min(spare + 1, creditMax / 2);
    }

    private void onRead(IncomingDelivery delivery) {
        if (delivery.available() > 0) {
            delivery.readAll(); // what the engine counts frames by
        }
        if (closed) {
            late.onRead(delivery);
            return;
        }
        if (!begin(delivery)) {
            return;
        }
        Arriving piece = peer.arriving();
        try {
            partial.check(piece.length());
        } catch (Violation e) {
            end(e.condition(), e.detail());
            return;
        }
        if (delivery.isPartial()) {
            partial.add(piece);
            return;
        }
        begun = false;
        peer.counters().increment(AmqpCounter.MESSAGES_IN);
        open++;
        if (partial.isEmpty()) {
            onMessage(delivery, piece.bytes(), piece.from(), piece.length());
        } else {
            byte[] whole = partial.complete(piece);
            onMessage(delivery, whole, 0, whole.length);
        }
    }

    /** @return false: there was no credit for it, and the link is closed */
    private boolean begin(IncomingDelivery delivery) {
        if (begun) {
            return true;
        }
        if (credit > 0) {
            credit--;
        } else if (spareUsed < spare) {
            spareUsed++;
        } else {
            end(
                    Condition.TRANSFER_LIMIT_EXCEEDED,
                    "a message without credit; " + creditMax + " may be on the way at once");
            return false;
        }
        begun = true;
        if (awaiting != null) {
            awaiting.begin(delivery);
        }
        return true;
    }

    private void onMessage(IncomingDelivery delivery, byte[] bytes, int from, int length) {
        if (delivery.getRemoteState() instanceof TransactionalState) {
            refuse(delivery, Condition.NOT_IMPLEMENTED, "transactions are not supported");
            if (delivery.isRemotelySettled()) { // so that it is heard
                end(Condition.NOT_IMPLEMENTED, "transactions are not supported");
            }
            return;
        }
        if (delivery.getMessageFormat() != 0) {
            refuse(delivery, Condition.NOT_IMPLEMENTED, "message format " + delivery.getMessageFormat());
            return;
        }
        Publishing publishing = new Publishing(this, delivery, length, answers);
        try {
            IncomingMessage message = IncomingMessage.read(bytes, from, from + length);
            checkUser(message);
            peer.outstanding().unanswered(length);
            destination.publish(
                    message, place -> publish(message, place, publishing), refusal -> publishing.refused(0, refusal));
        } catch (Violation e) {
            refuse(delivery, e.condition(), e.detail());
        } catch (SignalboxException e) {
            refuse(delivery, Condition.of(e.reason()), String.valueOf(e.getMessage()));
        }
    }

    private void publish(IncomingMessage incoming, Destination.Place place, Publishing publishing) {
        publishing.place = place;
        Message message;
        try {
            message = incoming.toMessage(
                    place.topic,
                    publishing.delivery.isRemotelySettled(),
                    peer.time().millis());
        } catch (Violation e) {
            publishing.refused(0, new Refusal(ReasonCode.MALFORMED, e.detail()));
            return;
        }
        publishing.kept = message.guarantee() != Guarantee.AT_MOST_ONCE;
        session.publish(message, 0, publishing, 0);
    }

    /** 3.2.4: whoever passes a user id on must know it is true. */
    private void checkUser(IncomingMessage message) {
        String said = message.userId();
        if (said != null
                && !said.isEmpty()
                && !peer.principal().anonymous()
                && !said.equals(peer.principal().name())) {
            throw new Violation(Condition.UNAUTHORIZED_ACCESS, "the message's user id is not the sender's (3.2.4)");
        }
    }

    private void refuse(IncomingDelivery delivery, Condition condition, String detail) {
        answer(delivery, Outcomes.rejected(condition, detail), true);
    }

    /** On the loop. */
    void onAnswered(Publishing publishing) {
        peer.outstanding().answered(publishing.bytes);
        Refusal refusal = publishing.refusal;
        peer.guarded(() -> {
            if (refusal != null) {
                answer(publishing.delivery, Outcomes.ofRefusal(refusal), true);
                return;
            }
            Destination.Place missing = publishing.missingQueue();
            if (missing != null) {
                missing.mayBeGone();
            }
            // If that is a guess, the transport may have it for the queue: sent again, it would come twice.
            if (missing != null && peer.transport().capabilities().exactOutcomes()) {
                refuse(
                        publishing.delivery,
                        Condition.NOT_FOUND,
                        "the queue was removed; the next message makes it again");
            } else {
                answer(publishing.delivery, Accepted.getInstance(), false);
            }
        });
    }

    private void answer(IncomingDelivery delivery, DeliveryState state, boolean refused) {
        boolean heard = !delivery.isRemotelySettled();
        if (refused) {
            peer.counters().increment(heard ? AmqpCounter.PUBLISH_REFUSED : AmqpCounter.PUBLISH_DROPPED);
        }
        if (closed) {
            return;
        }
        if (awaiting == null) {
            delivery.disposition(state, true);
            ended();
        } else if (awaiting.answer(delivery, state)) {
            ended();
        }
    }

    private void ended() {
        open--;
        giveCredit();
    }

    private void onAborted(IncomingDelivery delivery) {
        partial.drop();
        delivery.settle(); // which its sender has, too
        if (!closed && begin(delivery)) {
            if (awaiting != null) {
                awaiting.drop(delivery);
            }
            begun = false;
            addSpare();
            giveCredit();
        }
    }

    private void onDetached() {
        if (leave()) {
            link.detach();
        }
    }

    private void onClosed() {
        if (leave()) {
            link.close();
        }
    }

    private void end(Condition condition, String detail) {
        if (leave()) {
            peer.close(link, condition, detail);
        }
    }

    @Override
    public void writable(boolean now) {
        // Nothing is sent here that could not wait.
    }

    @Override
    public void lost() {
        leave();
    }

    private boolean leave() {
        if (closed) {
            return false;
        }
        closed = true;
        partial.drop();
        if (awaiting != null) {
            awaiting.leave();
        }
        links.remove(this);
        return true;
    }
}
