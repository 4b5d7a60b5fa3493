package io.signalbox.broker.session;

import io.signalbox.broker.DeadLetter.DeathReason;
import io.signalbox.broker.SessionInfo.State;
import io.signalbox.broker.ledger.DropReason;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Match;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.StoredMessage;
import java.util.HashMap;
import java.util.Map;

/**
 * What one session is owed and what is under way: from the mailbox into the queue, from the queue to the connection as
 * credit allows, and how a delivery ends. Owned by the session's turn.
 */
final class Outbox {
    /** A past that is longer waits until the queue is shorter than this. */
    private static final int CATCH_UP_BELOW = 1_000;

    private static final long CATCH_UP_BELOW_BYTES = 256 << 10;

    /** Of the live stream that waits for the past to end. */
    private static final long LIVE_BYTES_MAX = 16 << 20;

    private final BrokerSession session;
    private final SessionHost host;
    final Delivering delivering;
    private final Sharing sharing;
    private final SettledBuffer settled = new SettledBuffer();
    private final CatchingUp past = new CatchingUp();
    final Payloads payloads;
    final Account account = new Account();
    final DeliveryQueue queue = new DeliveryQueue();
    final Unsettled unsettled = new Unsettled();
    final Floor floor = new Floor();
    final QueueMemory memory;
    private boolean hasTtl;
    private long nextOrder;

    Outbox(BrokerSession session, SessionHost host) {
        this.session = session;
        this.host = host;
        this.memory = new QueueMemory(host);
        this.payloads = new Payloads(session, host, this);
        this.delivering = new Delivering(session, host, this);
        this.sharing = new Sharing(session, host, this);
    }

    void onOffer(Offer offer) {
        account.offered();
        if (past.active()) {
            past.hold(offer);
            Offer oldest;
            while ((oldest = past.overflow(
                            session.options().queueMessagesMax(),
                            Math.min(session.options().queueBytesMax(), LIVE_BYTES_MAX)))
                    != null) {
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
            delivering.acceptAtMostOnce(offer);
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

    void dropOffer(Offer offer, DropReason reason) {
        account.dropped(offer.topic(), reason);
        if (!isAtMostOnce(offer)) {
            processed(offer);
            account.noLongerOwed(offer.message().sizeBytes());
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
            past.saw(stored);
            account.owe(stored.message().sizeBytes());
            enqueuePast(topic, stored, piece);
        }
        if (piece.last()) {
            past.end(this::alreadySeen, this::accept);
        } else {
            past.waitForRoom(piece);
        }
    }

    /** A past that waits goes on once the queue is short. */
    void roomForPast() {
        if (queue.size() < CATCH_UP_BELOW && queue.bytes() < CATCH_UP_BELOW_BYTES) {
            past.room();
        }
    }

    private void alreadySeen(Offer offer) {
        account.takeBackOffer(offer.topic());
        if (!isAtMostOnce(offer)) {
            processed(offer);
            account.noLongerOwed(offer.message().sizeBytes());
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

    /** The connection is gone. */
    void disconnected() {
        delivering.dropBacklog(DropReason.OFFLINE);
        sharing.handOver();
        memory.shrink(queue);
        flushSettled();
    }

    /** The session is gone, and the log will say so: nothing needs to be settled one by one. */
    void close() {
        delivering.dropBacklog(DropReason.SESSION_CLOSED);
        past.abandon(offer -> dropOffer(offer, DropReason.SESSION_CLOSED));
        sharing.handOver();
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
        delivering.forEachWaiting(o -> byTopic.merge(o.topic().topic(), 1, Integer::sum));
        past.forEachHeld(o -> byTopic.merge(o.topic().topic(), 1, Integer::sum));

        return new SessionReport(
                session.state(),
                session.sinceMillis(),
                queue.size(),
                queue.bytes(),
                unsettled.size(),
                (long) queue.size() + underWay + delivering.waiting() + past.held(),
                byTopic,
                account.copy());
    }
}
