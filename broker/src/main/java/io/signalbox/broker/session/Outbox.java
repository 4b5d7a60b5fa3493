package io.signalbox.broker.session;

import io.signalbox.broker.DeadLetter.DeathReason;
import io.signalbox.broker.SessionInfo.State;
import io.signalbox.broker.ledger.DropReason;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.FilterSpec;
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
    /** The queue of who is away is searched for what expired at most this often. */
    private static final long EXPIRY_STEP_MILLIS = 1_000;

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
    private final PastProgress progress = new PastProgress();
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
        if (past.active() && past.holdsUp(offer.topic())) {
            hold(offer);
        } else {
            accept(offer);
        }
    }

    /** The queue's bounds and its policy hold for what waits for the past, as if it were in the queue already. */
    private void hold(Offer offer) {
        if (!offer.isAtMostOnce() && offer.position() > 0) {
            QueueEntry entry = entryOf(offer);
            if (hasRoomFor(entry)) {
                floor.add(entry);
                past.hold(entry);
                memory.keep(entry, false);
            }
            return;
        }
        past.hold(offer);
        Offer oldest;
        while ((oldest = past.overflow(
                        session.options().queueMessagesMax(),
                        Math.min(session.options().queueBytesMax(), LIVE_BYTES_MAX)))
                != null) {
            dropOffer(oldest, DropReason.QUEUE_FULL);
        }
    }

    /** The session is gone; what still comes is dropped. */
    void onLateOffer(Offer offer) {
        account.offered();
        dropOffer(offer, sharing.passOn(offer) ? DropReason.HANDED_OVER : DropReason.SESSION_CLOSED);
    }

    /** @param history its progress outlives the process, if the session does */
    void beginCatchUp(FilterSpec spec, boolean history) {
        past.begin(spec);
        if (history && session.durable()) {
            progress.begin(spec);
        }
    }

    private void accept(Offer offer) {
        if (offer.isAtMostOnce()) {
            delivering.acceptAtMostOnce(offer);
        } else {
            enqueue(entryOf(offer));
        }
    }

    private QueueEntry entryOf(Offer offer) {
        processed(offer);
        return new QueueEntry(
                nextOrder++,
                offer.topic(),
                offer.message(),
                offer.match(),
                offer.position(),
                offer.sequence(),
                offer.logged(),
                false,
                offer.group());
    }

    /** The past has come: what waited for it takes its place behind it. */
    private void goOn(Waiting item) {
        switch (item) {
            case Offer offer -> accept(offer);
            case QueueEntry entry -> {
                entry.order = nextOrder++;
                add(entry);
            }
        }
    }

    void dropOffer(Offer offer, DropReason reason) {
        account.dropped(offer.topic(), reason);
        if (!offer.isAtMostOnce()) {
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
        if (hasRoomFor(entry)) {
            floor.add(entry);
            add(entry);
            if (!memory.keep(entry, session.attachment() != null) && entry.position == 0) {
                dropOldest();
            }
        }
    }

    private void add(QueueEntry entry) {
        queue.add(entry);
        hasTtl |= entry.expiresAtMillis > 0;
        if (entry.expiresAtMillis > 0 && session.attachment() == null) {
            session.arm(entry.expiresAtMillis);
        }
    }

    /** Makes room, or ends the delivery, as the session's policy has it. */
    private boolean hasRoomFor(QueueEntry entry) {
        if (!isFull() || session.state() == State.SUSPECT) {
            return true;
        }
        switch (session.options().overflow()) {
            case DROP_OLDEST -> {
                while (isFull() && queued() > 0) {
                    dropOldest();
                }
            }
            case DEAD_LETTER -> {
                deadLetter(
                        entry,
                        DeathReason.MAX_LENGTH,
                        "the queue is full: " + queued() + " messages, " + queuedBytes() + " bytes");
                return false;
            }
            case SPILL, REJECT_PUBLISH -> {}
        }
        return true;
    }

    private boolean isFull() {
        return queued() >= session.options().queueMessagesMax()
                || queuedBytes() >= session.options().queueBytesMax();
    }

    /** What the bounds are about: not the past, whose length was asked for, but what waits behind it. */
    private int queued() {
        return queue.size() - queue.past() + past.logged();
    }

    private long queuedBytes() {
        return queue.bytes() - queue.pastBytes() + past.loggedBytes();
    }

    void dropOldest() {
        QueueEntry oldest = queue.takeOldest();
        oldest = oldest == null ? past.takeOldest(QueueEntry.class) : oldest;
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
        if (end(entry) && entry.logged) {
            settled.add(entry.position);
        }
    }

    /** @return false if it had ended before */
    boolean end(QueueEntry entry) {
        if (entry.done) {
            return false;
        }
        entry.done = true;
        account.noLongerOwed(entry.bytes);
        memory.release(entry);
        entry.message = null;
        queue.ended(entry);
        floor.ended(entry);
        return true;
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
                new Dead(
                        reason,
                        error,
                        Math.max(1, entry.deliveryCount),
                        entry.firstFailedMillis,
                        message,
                        entry.sequence,
                        entry.position,
                        entry.logged));
        end(entry);
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
            if (!piece.fromRetained()) {
                progress.complete(piece.spec());
            }
            past.ended(piece.spec());
            liveGoesOn();
        } else {
            past.waitForRoom(piece);
        }
    }

    /** A past that waits goes on once the queue is short. */
    void roomForPast() {
        if (queue.size() < CATCH_UP_BELOW && queue.bytes() < CATCH_UP_BELOW_BYTES) {
            past.room();
        }
        liveGoesOn();
    }

    /**
     * At most once deliveries of the past wait in the queue, the live ones do not: those go on when none of the former
     * is left. The others keep their order in the queue.
     */
    private void liveGoesOn() {
        if (past.hasEnded() && queue.atMostOnce() == 0) {
            past.release(this::alreadySeen, this::goOn);
        }
    }

    private void alreadySeen(Offer offer) {
        account.takeBackOffer(offer.topic());
        if (!offer.isAtMostOnce()) {
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
        entry.past = true;
        if (!piece.fromRetained()) {
            progress.add(piece.spec(), entry);
        }
        queue.add(entry);
        memory.keep(entry, true);
    }

    /** The connection is gone. */
    void disconnected() {
        if (session.state() != State.SUSPECT) {
            delivering.dropBacklog(DropReason.OFFLINE);
        }
        sharing.handOver();
        memory.shrink(queue);
        if (hasTtl) {
            session.arm(host.time().millis());
        }
        flushSettled();
    }

    /** The session is gone, and the log will say so: nothing needs to be settled one by one. */
    void close() {
        past.abandon(this::closing);
        sharing.handOver();
        delivering.dropBacklog(DropReason.SESSION_CLOSED);
        queue.removeIf(e -> true, e -> drop(e, DropReason.SESSION_CLOSED));
        for (QueueEntry entry : unsettled.all()) {
            unsettled.remove(entry);
            if (!entry.received) {
                drop(entry, DropReason.SESSION_CLOSED);
            }
        }
        settled.forget();
    }

    private void closing(Waiting item) {
        switch (item) {
            case Offer offer when offer.isAtMostOnce() -> dropOffer(offer, DropReason.SESSION_CLOSED);
            case Offer offer -> queue.add(entryOf(offer));
            case QueueEntry entry -> queue.add(entry);
        }
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
                // Many that expire one soon after the other are looked for together.
                session.arm(Math.max(earliest, Clock.later(now, EXPIRY_STEP_MILLIS)));
            }
        }
    }

    /** The grace of a lost connection is over: the bound of the queue holds again. */
    void graceOver() {
        delivering.dropBacklog(DropReason.OFFLINE);
        sharing.handOver();
        if (session.options().overflow() == OverflowPolicy.DROP_OLDEST) {
            while (queued() > session.options().queueMessagesMax()
                    || (queued() > 1 && queuedBytes() > session.options().queueBytesMax())) {
                dropOldest();
            }
        }
    }

    void endTurn() {
        account.flush();
        flushSettled();
        progress.tell(
                (filter, sequence) -> host.pastDoneTo(session.id(), filter, sequence),
                filter -> host.pastEnded(session.id(), filter));
        floor.turnEnded();
    }

    /** Restores a delivery from before a restart. Before the first turn only. */
    void restore(Restored told) {
        StoredMessage stored = told.stored();
        QueueEntry entry = new QueueEntry(
                nextOrder++,
                told.topic(),
                stored.message(),
                told.match(),
                told.position(),
                stored.sequence(),
                true,
                false,
                told.group());
        entry.deliveryCount = told.deliveryCount();
        entry.firstFailedMillis = told.firstFailedMillis();
        entry.redelivered = true;
        entry.assigned = told.deliveryId() > 0;
        account.offered(told.topic());
        account.owe(entry.bytes);
        hasTtl |= entry.expiresAtMillis > 0;
        floor.offered(told.position());
        floor.processed();
        floor.add(entry);
        if (told.deliveryId() > 0) {
            unsettled.put(told.deliveryId(), entry);
        } else if (past.active() && past.holdsUp(told.topic())) {
            past.hold(entry);
        } else {
            queue.add(entry);
        }
        memory.keep(entry, false);
    }

    /** The log says that it is owed, and cannot give it back. */
    void restoreUnreadable(TopicEntry unknown, long position) {
        account.offered(unknown);
        account.dropped(unknown, DropReason.UNREADABLE);
        settled.add(position);
    }

    /** Restores an exactly-once delivery whose receiver had it before a restart. */
    void restoreReceived(TopicEntry topic, Message placeholder, long position, int deliveryId) {
        QueueEntry entry = new QueueEntry(
                nextOrder++, topic, placeholder, Match.plain(Guarantee.EXACTLY_ONCE), position, 0, true, false, null);
        entry.received = true;
        entry.releasable = true;
        entry.done = true;
        entry.message = null;
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
