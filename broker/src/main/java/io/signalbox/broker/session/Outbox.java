package io.signalbox.broker.session;

import io.signalbox.broker.DeadLetter.DeathReason;
import io.signalbox.broker.SessionInfo.State;
import io.signalbox.broker.ledger.DropReason;
import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Match;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.StoredMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one session is owed and what is under way: from the mailbox into the queue, from the queue to the connection as
 * credit allows, and how a delivery ends. Owned by the session's turn.
 */
final class Outbox {
    /** A past that is longer waits until the queue is shorter than this. */
    private static final int CATCH_UP_BELOW = 1_000;

    private final BrokerSession session;
    private final SessionHost host;
    private final ReceiveRights rights;
    private final SettledBuffer settled = new SettledBuffer();
    private final Backlog backlog;
    private final CatchingUp past = new CatchingUp();
    private final Payloads payloads;
    final Account account = new Account();
    final DeliveryQueue queue = new DeliveryQueue();
    final Unsettled unsettled = new Unsettled();
    final Floor floor = new Floor();
    final QueueMemory memory;
    private boolean writable = true;
    private boolean hasTtl;
    private long nextOrder;

    Outbox(BrokerSession session, SessionHost host) {
        this.session = session;
        this.host = host;
        this.rights = new ReceiveRights(host.authorizer());
        this.backlog = new Backlog(host.config().transientQueueBytesMax());
        this.memory = new QueueMemory(host);
        this.payloads = new Payloads(session, host, this);
    }

    void writable(boolean now) {
        writable = now;
    }

    void onOffer(Offer offer) {
        account.offered();
        if (past.active()) {
            Offer oldest = past.hold(offer, session.options().queueMessagesMax());
            if (oldest != null) {
                dropOffer(oldest, DropReason.QUEUE_FULL);
            }
        } else {
            accept(offer);
        }
    }

    /** The session is gone; what still comes is dropped. */
    void onLateOffer(Offer offer) {
        account.offered();
        dropOffer(offer, DropReason.SESSION_CLOSED);
    }

    void beginCatchUp() {
        past.begin();
    }

    void accept(Offer offer) {
        if (isAtMostOnce(offer)) {
            acceptAtMostOnce(offer);
        } else {
            processed(offer);
            enqueue(new QueueEntry(
                    nextOrder++,
                    offer.topic(),
                    offer.message(),
                    offer.match(),
                    offer.position(),
                    offer.sequence(),
                    offer.logged(),
                    false,
                    offer.group()));
        }
    }

    private static boolean isAtMostOnce(Offer offer) {
        return offer.message().guarantee() == Guarantee.AT_MOST_ONCE
                || offer.match().guarantee() == Guarantee.AT_MOST_ONCE;
    }

    private void acceptAtMostOnce(Offer offer) {
        if (session.attachment() == null) {
            dropOffer(offer, DropReason.OFFLINE);
        } else if (writable && backlog.isEmpty()) {
            deliverAtMostOnce(offer);
        } else if (!backlog.add(offer)) {
            dropOffer(offer, DropReason.SLOW_CONSUMER);
        }
    }

    private void deliverAtMostOnce(Offer offer) {
        Attachment to = session.attachment();
        if (to == null) {
            dropOffer(offer, DropReason.OFFLINE);
        } else if (offer.message().ttlMillis() > 0
                && offer.message().isExpired(host.time().millis())) {
            account.expired(offer.topic());
        } else if (!rights.mayReceive(
                session.options().principal(), offer.topic().topic())) {
            dropOffer(offer, DropReason.NOT_AUTHORIZED);
        } else {
            account.delivered(offer.topic());
            to.subscriber.onDelivery(0, offer.message(), offer.match(), 0, false, false);
        }
    }

    void dropBacklog(DropReason reason) {
        Offer offer;
        while ((offer = backlog.poll()) != null) {
            dropOffer(offer, reason);
        }
    }

    void dropOffer(Offer offer, DropReason reason) {
        account.dropped(offer.topic(), reason);
        if (!isAtMostOnce(offer)) {
            processed(offer);
            account.noLongerOwed(offer.message().payload().length);
            if (offer.logged()) {
                settled.add(offer.position());
            }
        }
    }

    private void processed(Offer offer) {
        if (offer.position() > 0) {
            floor.processed();
        }
    }

    private void enqueue(QueueEntry entry) {
        if (isFull() && session.state() != State.SUSPECT) {
            switch (session.options().overflow()) {
                case DROP_OLDEST -> {
                    while (isFull() && queue.size() > 0) {
                        dropOldest();
                    }
                }
                case DEAD_LETTER -> {
                    deadLetter(
                            entry,
                            DeathReason.MAX_LENGTH,
                            "the queue is full: " + queue.size() + " messages, " + queue.bytes() + " bytes");
                    return;
                }
                case SPILL, REJECT_PUBLISH -> {}
            }
        }
        queue.add(entry);
        floor.add(entry);
        hasTtl |= entry.expiresAtMillis > 0;
        if (entry.expiresAtMillis > 0 && session.attachment() == null) {
            session.arm(entry.expiresAtMillis);
        }
        if (!memory.keep(entry, session.attachment() != null) && entry.position == 0) {
            dropOldest();
        }
    }

    private boolean isFull() {
        return queue.size() >= session.options().queueMessagesMax()
                || queue.bytes() >= session.options().queueBytesMax();
    }

    void dropOldest() {
        QueueEntry oldest = queue.takeOldest();
        if (oldest != null) {
            drop(oldest, DropReason.QUEUE_FULL);
        }
    }

    void drop(QueueEntry entry, DropReason reason) {
        account.dropped(entry.topic, reason);
        finish(entry);
    }

    /** The delivery left the queue, for whatever reason; the log hears of it at the end of the turn. */
    void finish(QueueEntry entry) {
        if (entry.done) {
            return;
        }
        entry.done = true;
        account.noLongerOwed(entry.bytes);
        memory.release(entry);
        if (entry.logged) {
            settled.add(entry.position);
        }
    }

    void flushSettled() {
        settled.flush(host, session.id());
    }

    /** Hands over what credit and connection allow. */
    void pump() {
        Offer waiting;
        while (writable && session.attachment() != null && (waiting = backlog.poll()) != null) {
            deliverAtMostOnce(waiting);
        }
        long now = 0;
        while (writable
                && session.attachment() != null
                && unsettled.size() < session.options().unsettledMax()) {
            QueueEntry next = queue.peek();
            if (next == null) {
                break;
            }
            Message message = next.message;
            if (message == null) {
                payloads.load(queue);
                break;
            }
            if (next.expiresAtMillis > 0) {
                now = now == 0 ? host.time().millis() : now;
                if (next.isExpired(now)) {
                    queue.take(next);
                    expire(next);
                    continue;
                }
            }
            queue.take(next);
            if (!rights.mayReceive(session.options().principal(), next.topic.topic())) {
                drop(next, DropReason.NOT_AUTHORIZED);
                continue;
            }
            deliver(next, message);
        }
        if (queue.size() < CATCH_UP_BELOW) {
            past.room();
        }
    }

    private void deliver(QueueEntry entry, Message message) {
        if (entry.match.guarantee().atMost(message.guarantee()) == Guarantee.AT_MOST_ONCE) {
            account.delivered(entry.topic);
            finish(entry);
            session.subscriber().onDelivery(0, message, entry.match, 0, false, entry.fromRetained);
            return;
        }
        unsettled.add(entry);
        if (needsAssignment(entry, message)) {
            int deliveryId = entry.deliveryId;
            entry.assigned = false;
            host.assigned(
                    session.id(),
                    entry.position,
                    deliveryId,
                    () -> session.post((Runnable) () -> {
                        if (unsettled.get(deliveryId) == entry && !entry.assigned) {
                            entry.assigned = true;
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
                    host.time().millis() + session.options().ackTimeout().toMillis();
            session.arm(entry.ackDeadlineMillis);
        }
        to.subscriber.onDelivery(
                entry.deliveryId, message, entry.match, entry.deliveryCount, again, entry.fromRetained);
    }

    void expire(QueueEntry entry) {
        account.expired(entry.topic);
        finish(entry);
    }

    void deadLetter(QueueEntry entry, DeathReason reason, String error) {
        Message message = payloads.messageOf(entry);
        if (message == null) {
            drop(entry, DropReason.UNREADABLE);
            return;
        }
        account.dead(entry.topic);
        host.deadLetter(
                session,
                reason,
                error,
                Math.max(1, entry.deliveryCount),
                message,
                entry.sequence,
                entry.position,
                entry.logged);
        if (!entry.done) {
            entry.done = true;
            account.noLongerOwed(entry.bytes);
            memory.release(entry);
        }
    }

    void onCatchUp(CatchUp piece) {
        for (StoredMessage stored : piece.messages()) {
            TopicEntry topic = host.topic(stored.message().topic());
            account.offered(topic);
            past.saw(stored.message());
            account.owe(stored.message().payload().length);
            enqueuePast(topic, stored, piece);
        }
        if (piece.last()) {
            past.end(this::alreadySeen, this::accept);
        } else {
            past.waitForRoom(piece);
        }
    }

    private void alreadySeen(Offer offer) {
        account.takeBackOffer(offer.topic());
        if (!isAtMostOnce(offer)) {
            processed(offer);
            account.noLongerOwed(offer.message().payload().length);
            if (offer.logged()) {
                settled.add(offer.position());
            }
        }
    }

    /** The past waits for credit like the rest, but its length was asked for: the queue's bound does not apply. */
    private void enqueuePast(TopicEntry topic, StoredMessage stored, CatchUp piece) {
        QueueEntry entry = new QueueEntry(
                nextOrder++,
                topic,
                stored.message(),
                piece.match(),
                0,
                stored.sequence(),
                false,
                piece.fromRetained(),
                null);
        queue.add(entry);
        floor.add(entry);
        memory.keep(entry, true);
    }

    /** What came through a share group goes to members who are here (MQTT 5, 4.8.2 allows it; users expect it). */
    void handOverShared() {
        List<QueueEntry> moving = new ArrayList<>(0);
        queue.removeIf(this::canMove, moving::add);
        for (QueueEntry entry : unsettled.all()) {
            if (!entry.received && canMove(entry)) {
                unsettled.remove(entry);
                moving.add(entry);
            }
        }
        moving.forEach(this::move);
    }

    private boolean canMove(QueueEntry entry) {
        return entry.group != null && (!session.durable() || entry.group.hasOnlineBesides(session));
    }

    private void move(QueueEntry entry) {
        Message message = payloads.messageOf(entry);
        ShareGroup group = entry.group;
        if (message != null
                && group != null
                && host.handOver(session, group, new Handover(entry.topic, message, entry.position, entry.sequence))) {
            drop(entry, DropReason.HANDED_OVER);
        } else {
            queue.putBack(entry);
        }
    }
    /** The connection is new: what was under way is offered again, under the ids it had. */
    void resend(Attachment to) {
        for (QueueEntry entry : unsettled.all()) {
            if (session.attachment() != to) {
                return;
            }
            if (entry.received) {
                to.subscriber.onReleased(entry.deliveryId);
                continue;
            }
            Message message = payloads.messageOf(entry);
            if (message == null) {
                unsettled.remove(entry);
                drop(entry, DropReason.UNREADABLE);
            } else if (entry.assigned || !needsAssignment(entry, message)) {
                memory.restored(entry, message);
                entry.redelivered = true;
                handOver(entry, message);
            }
        }
    }

    /** The connection is gone. */
    void disconnected() {
        dropBacklog(DropReason.OFFLINE);
        handOverShared();
        memory.shrink(queue);
        flushSettled();
    }

    /** The session is gone, and the log will say so: nothing needs to be settled one by one. */
    void close() {
        dropBacklog(DropReason.SESSION_CLOSED);
        past.abandon(offer -> dropOffer(offer, DropReason.SESSION_CLOSED));
        handOverShared();
        queue.removeIf(e -> true, e -> drop(e, DropReason.SESSION_CLOSED));
        for (QueueEntry entry : unsettled.all()) {
            unsettled.remove(entry);
            if (!entry.received) {
                drop(entry, DropReason.SESSION_CLOSED);
            }
        }
        settled.forget();
    }

    /** What is due by now: retries come back, and for a session that is away, what expired goes. */
    void tick(long now) {
        queue.wake(now);
        if (queue.nextWakeMillis() > 0) {
            session.arm(queue.nextWakeMillis());
        }
        if (hasTtl && session.attachment() == null) {
            queue.removeIf(e -> e.isExpired(now), this::expire);
            long earliest = queue.earliestExpiryMillis();
            hasTtl = earliest > 0;
            if (hasTtl) {
                session.arm(earliest);
            }
        }
    }

    /** The grace of a lost connection is over: the bound of the queue holds again. */
    void graceOver() {
        if (session.options().overflow() == OverflowPolicy.DROP_OLDEST) {
            while (queue.size() > session.options().queueMessagesMax()) {
                dropOldest();
            }
        }
    }

    void endTurn() {
        account.flush();
        flushSettled();
        floor.turnEnded();
    }

    /** Restores a delivery from before a restart. Before the first turn only. */
    void restore(
            TopicEntry topic,
            Message message,
            Match match,
            long position,
            long sequence,
            int deliveryCount,
            int deliveryId) {
        QueueEntry entry = new QueueEntry(nextOrder++, topic, message, match, position, sequence, true, false, null);
        entry.deliveryCount = deliveryCount;
        entry.redelivered = true;
        entry.assigned = deliveryId > 0;
        account.offered(topic);
        account.owe(entry.bytes);
        hasTtl |= entry.expiresAtMillis > 0;
        floor.offered(position);
        floor.processed();
        floor.add(entry);
        if (deliveryId > 0) {
            unsettled.put(deliveryId, entry);
        } else {
            queue.add(entry);
        }
        memory.keep(entry, false);
    }

    /** Restores an exactly-once delivery whose receiver had it before a restart. */
    void restoreReceived(TopicEntry topic, Message placeholder, long position, int deliveryId) {
        QueueEntry entry = new QueueEntry(
                nextOrder++, topic, placeholder, Match.plain(Guarantee.EXACTLY_ONCE), position, 0, true, false, null);
        entry.received = true;
        entry.done = true;
        unsettled.put(deliveryId, entry);
    }

    SessionReport report() {
        Map<Topic, Integer> byTopic = new HashMap<>();
        queue.forEach(e -> byTopic.merge(e.topic.topic(), 1, Integer::sum));
        int underWay = 0;
        for (QueueEntry entry : unsettled.all()) {
            if (!entry.received) {
                underWay++;
                byTopic.merge(entry.topic.topic(), 1, Integer::sum);
            }
        }
        backlog.forEach(o -> byTopic.merge(o.topic().topic(), 1, Integer::sum));
        past.forEachHeld(o -> byTopic.merge(o.topic().topic(), 1, Integer::sum));

        return new SessionReport(
                session.state(),
                session.sinceMillis(),
                queue.size(),
                queue.bytes(),
                unsettled.size(),
                (long) queue.size() + underWay + backlog.size() + past.held(),
                byTopic,
                account.copy());
    }
}
