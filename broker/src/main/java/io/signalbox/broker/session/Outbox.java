package io.signalbox.broker.session;

import io.signalbox.broker.DeadLetter.DeathReason;
import io.signalbox.broker.SessionInfo.State;
import io.signalbox.broker.ledger.DropReason;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import io.signalbox.transport.StoredMessage;
import java.util.HashMap;
import java.util.Map;

/**
 * What one session is owed and what is under way, and how each delivery ends. {@link Intake} fills the queue,
 * {@link Delivering} empties it as credit allows, {@link Settling} ends what was delivered. Owned by the session's turn.
 */
final class Outbox {
    /** The queue of who is away is searched for what expired at most this often. */
    private static final long EXPIRY_STEP_MILLIS = 1_000;

    private final BrokerSession session;
    private final SessionHost host;
    final Delivering delivering;
    final SettledBuffer settled = new SettledBuffer();
    final Intake intake;
    final Payloads payloads;
    final Account account = new Account();
    final DeliveryQueue queue = new DeliveryQueue();
    final Unsettled unsettled = new Unsettled();
    final Floor floor = new Floor();
    final QueueMemory memory;
    private boolean hasTtl;

    Outbox(BrokerSession session, SessionHost host) {
        this.session = session;
        this.host = host;
        this.memory = new QueueMemory(host);
        this.payloads = new Payloads(session, host, this);
        this.delivering = new Delivering(session, host, this);
        this.intake = new Intake(session, host, this);
    }

    /** Without a state of its own, and rarely asked for. */
    Sharing sharing() {
        return new Sharing(session, host, this);
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

    void processed(Offer offer) {
        if (offer.position() > 0) {
            floor.processed();
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
        if (!entry.past) {
            // The past is not what publishers are refused for, nor does it hold a part of the log.
            account.noLongerOwed(entry.bytes);
            floor.ended(entry);
        }
        memory.release(entry);
        entry.message = null;
        queue.ended(entry);
        return true;
    }

    /** One more that may expire while nobody is connected. */
    void expiresSome(QueueEntry entry) {
        if (entry.expiresAtMillis > 0) {
            hasTtl = true;
            if (session.attachment() == null) {
                session.arm(entry.expiresAtMillis);
            }
        }
    }

    void flushSettled() {
        settled.flush(host.notes(), session.id());
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
        account.dead(entry.topic, reason == DeathReason.MAX_LENGTH);
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

    /** The connection is gone. */
    void disconnected() {
        if (session.state() != State.SUSPECT) {
            delivering.dropBacklog(DropReason.OFFLINE);
        }
        sharing().handOver();
        memory.shrink(queue);
        if (hasTtl) {
            session.arm(host.time().millis());
        }
        flushSettled();
    }

    /** The session is gone, and the log will say so: nothing needs to be settled one by one. */
    void close() {
        intake.close();
        sharing().handOver();
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
        sharing().handOver();
        intake.trim();
    }

    void endTurn() {
        account.flush();
        flushSettled();
        intake.tellProgress();
        floor.turnEnded();
    }

    /** Restores a delivery from before a restart. Before the first turn only. */
    void restore(Restored told) {
        StoredMessage stored = told.stored();
        QueueEntry entry = new QueueEntry(
                intake.nextOrder(),
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
        } else {
            intake.restored(entry);
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
                intake.nextOrder(),
                topic,
                placeholder,
                Match.plain(Guarantee.EXACTLY_ONCE),
                position,
                0,
                true,
                false,
                null);
        entry.received = true;
        entry.releasable = true;
        entry.done = true;
        entry.message = null;
        unsettled.put(deliveryId, entry);
    }

    SessionReport report() {
        Map<TopicEntry, Integer> byTopic = new HashMap<>();
        queue.forEach(e -> byTopic.merge(e.topic, 1, Integer::sum));
        int underWay = 0;
        for (QueueEntry entry : unsettled.all()) {
            if (!entry.received) {
                underWay++;
                byTopic.merge(entry.topic, 1, Integer::sum);
            }
        }
        delivering.forEachWaiting(o -> byTopic.merge(o.topic(), 1, Integer::sum));
        intake.forEachHeld(o -> byTopic.merge(o.topic(), 1, Integer::sum));
        return new SessionReport(
                session.state(),
                session.sinceMillis(),
                queue.size(),
                queue.bytes(),
                unsettled.size(),
                (long) queue.size() + underWay + delivering.waiting() + intake.held(),
                byTopic,
                account.copy());
    }
}
