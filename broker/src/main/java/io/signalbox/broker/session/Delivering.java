package io.signalbox.broker.session;

import io.signalbox.access.ReceiveRights;
import io.signalbox.broker.SessionInfo.State;
import io.signalbox.broker.ledger.DropReason;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * From the queue to the connection, as its credit and its socket allow. Owned by the session's turn. Hot path.
 */
final class Delivering {
    private final BrokerSession session;
    private final SessionHost host;
    private final Outbox outbox;
    private final ReceiveRights rights;
    private final Backlog backlog;
    private boolean writable = true;

    /** Under way on the connection before, and not yet offered on this one: its credit may be smaller. */
    private Queue<QueueEntry> again = NothingQueued.shared();

    Delivering(BrokerSession session, SessionHost host, Outbox outbox) {
        this.session = session;
        this.host = host;
        this.outbox = outbox;
        this.rights = new ReceiveRights(host.authorizer());
        this.backlog = new Backlog(host);
    }

    void writable(boolean now) {
        writable = now;
    }

    int waiting() {
        return backlog.size();
    }

    void forEachWaiting(Consumer<Offer> action) {
        backlog.forEach(action);
    }

    void acceptAtMostOnce(Offer offer) {
        boolean away = session.attachment() == null;
        if (away && session.state() != State.SUSPECT) {
            outbox.dropOffer(offer, DropReason.OFFLINE);
        } else if (!away && writable && backlog.isEmpty()) {
            deliverAtMostOnce(offer);
        } else if (!backlog.add(offer)) {
            outbox.dropOffer(offer, DropReason.SLOW_CONSUMER);
        }
    }

    private void deliverAtMostOnce(Offer offer) {
        Attachment to = session.attachment();
        if (to == null) {
            outbox.dropOffer(offer, DropReason.OFFLINE);
        } else if (offer.message().ttlMillis() > 0
                && offer.message().isExpired(host.time().millis())) {
            outbox.account.expired(offer.topic());
        } else if (!rights.mayReceive(
                session.options().principal(), offer.topic().topic())) {
            outbox.dropOffer(offer, DropReason.NOT_AUTHORIZED);
        } else {
            outbox.account.delivered(offer.topic());
            to.subscriber.onDelivery(0, offer.message(), offer.match(), 0, false, false);
        }
    }

    void dropBacklog(DropReason reason) {
        Offer offer;
        while ((offer = backlog.poll()) != null) {
            outbox.dropOffer(offer, reason);
        }
    }

    /** Hands over what credit and connection allow. */
    void pump() {
        Offer waiting;
        while (writable && session.attachment() != null && (waiting = backlog.poll()) != null) {
            deliverAtMostOnce(waiting);
        }
        if (!again.isEmpty()) {
            offerAgain();
        }
        long now = 0;
        while (writable
                && again.isEmpty()
                && session.attachment() != null
                && outbox.unsettled.size() < session.options().unsettledMax()) {
            QueueEntry next = outbox.queue.peek();
            if (next == null) {
                break;
            }
            Message message = next.message;
            if (message == null) {
                outbox.payloads.load(outbox.queue);
                break;
            }
            if (next.expiresAtMillis > 0) {
                now = now == 0 ? host.time().millis() : now;
                if (next.isExpired(now)) {
                    outbox.queue.take(next);
                    outbox.expire(next);
                    continue;
                }
            }
            outbox.queue.take(next);
            if (!rights.mayReceive(session.options().principal(), next.topic.topic())) {
                outbox.drop(next, DropReason.NOT_AUTHORIZED);
                continue;
            }
            deliver(next, message);
        }
        outbox.intake.roomForPast();
    }

    /** After {@link #pump}, what is left of what may go waits for the disk. */
    boolean exhausted() {
        return !writable
                || outbox.unsettled.size() >= session.options().unsettledMax()
                || again.isEmpty() && outbox.queue.peek() == null;
    }

    private void deliver(QueueEntry entry, Message message) {
        if (entry.atMostOnce) {
            outbox.account.delivered(entry.topic);
            outbox.finish(entry);
            session.subscriber().onDelivery(0, message, entry.match, 0, false, entry.fromRetained);
            return;
        }
        outbox.unsettled.add(entry);
        if (needsAssignment(entry, message)) {
            int deliveryId = entry.deliveryId;
            entry.assigned = false;
            host.notes()
                    .assigned(
                            session.id(),
                            entry.position,
                            deliveryId,
                            () -> session.post((Runnable) () -> {
                                if (outbox.unsettled.get(deliveryId) == entry && !entry.assigned) {
                                    entry.assigned = true;
                                    again.remove(entry);
                                    handOver(entry, message);
                                }
                            }));
        } else {
            handOver(entry, message);
        }
    }

    /** Its id must outlive a crash, or it would come again under another. */
    static boolean needsAssignment(QueueEntry entry, Message message) {
        return entry.logged && message.guarantee().atMost(entry.match.guarantee()) == Guarantee.EXACTLY_ONCE;
    }

    void handOver(QueueEntry entry, Message message) {
        Attachment to = session.attachment();
        if (to == null) {
            return;
        }
        boolean again = entry.redelivered;
        entry.redelivered = true;
        if (!session.options().ackTimeout().isZero()) {
            entry.ackDeadlineMillis =
                    Clock.later(host.time().millis(), session.options().ackTimeout());
            session.arm(entry.ackDeadlineMillis);
        }
        to.subscriber.onDelivery(
                entry.deliveryId, message, entry.match, entry.deliveryCount, again, entry.fromRetained);
    }

    /** The connection is new: what was under way is offered again, under the ids it had, as its credit allows. */
    void resend(Attachment to) {
        again = NothingQueued.shared();
        for (QueueEntry entry : outbox.unsettled.all()) {
            if (session.attachment() != to) {
                return;
            }
            if (entry.received) {
                if (entry.releasable) {
                    to.subscriber.onReleased(entry.deliveryId);
                }
            } else {
                // The time to settle it counts from when this connection gets it.
                entry.ackDeadlineMillis = 0;
                again = NothingQueued.own(again, ArrayDeque::new);
                again.add(entry);
            }
        }
        offerAgain();
    }

    private void offerAgain() {
        again.removeIf(entry -> outbox.unsettled.get(entry.deliveryId) != entry); // settled meanwhile
        while (writable
                && !again.isEmpty()
                && session.attachment() != null
                && outbox.unsettled.size() - again.size() < session.options().unsettledMax()) {
            offerAgain(again.remove());
        }
    }

    private void offerAgain(QueueEntry entry) {
        Message message = outbox.payloads.messageOf(entry);
        if (message == null) {
            outbox.unsettled.remove(entry);
            outbox.drop(entry, DropReason.UNREADABLE);
        } else if (!rights.mayReceive(session.options().principal(), entry.topic.topic())) {
            outbox.unsettled.remove(entry);
            outbox.drop(entry, DropReason.NOT_AUTHORIZED);
        } else if (entry.assigned || !needsAssignment(entry, message)) {
            outbox.memory.restored(entry, message);
            entry.redelivered = true;
            handOver(entry, message);
        }
    }
}
