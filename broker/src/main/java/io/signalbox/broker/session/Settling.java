package io.signalbox.broker.session;

import io.signalbox.broker.DeadLetter.DeathReason;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.List;

/** How deliveries under way end, as the connection says or its silence. Owned by the session's turn. */
final class Settling {
    private final BrokerSession session;
    private final SessionHost host;
    private final Outbox outbox;

    Settling(BrokerSession session, SessionHost host, Outbox outbox) {
        this.session = session;
        this.host = host;
        this.outbox = outbox;
    }

    void settle(int deliveryId, Settlement settlement) {
        QueueEntry entry = outbox.unsettled.get(deliveryId);
        if (entry == null) {
            return;
        }
        int id = entry.deliveryId;
        outbox.unsettled.remove(entry);
        if (entry.received) {
            if (entry.logged) {
                host.notes().completed(session.id(), id);
            }
            session.wake();
            return;
        }
        switch (settlement) {
            case Settlement.Accepted a -> accepted(entry);
            case Settlement.Released(Duration delay) -> giveBack(entry, delay);
            case Settlement.Modified(Duration delay, String error) -> failed(entry, delay, error);
            case Settlement.Rejected(String reason) -> {
                countFailure(entry);
                outbox.deadLetter(entry, DeathReason.REJECTED, reason);
            }
        }
        session.wake();
    }

    private void accepted(QueueEntry entry) {
        outbox.account.delivered(entry.topic);
        outbox.finish(entry);
    }

    private void giveBack(QueueEntry entry, Duration delay) {
        if (delay.isZero()) {
            outbox.queue.putBack(entry);
            outbox.memory.keep(entry, session.attachment() != null);
        } else {
            offerLater(entry, delay);
        }
    }

    /** What came later with its ordering key waits until it has ended. */
    private void offerLater(QueueEntry entry, Duration delay) {
        entry.notBeforeMillis = Clock.later(host.time().millis(), delay);
        outbox.queue.delay(entry);
        outbox.memory.keep(entry, session.attachment() != null);
        session.arm(entry.notBeforeMillis);
    }

    private void countFailure(QueueEntry entry) {
        entry.deliveryCount++;
        if (entry.firstFailedMillis == 0) {
            entry.firstFailedMillis = host.time().millis();
        }
    }

    private void failed(QueueEntry entry, Duration delay, String error) {
        countFailure(entry);
        if (entry.deliveryCount >= host.config().deliveryAttemptsMax()) {
            outbox.deadLetter(entry, DeathReason.DELIVERY_LIMIT, error);
            return;
        }
        if (entry.logged) {
            host.notes().failed(session.id(), entry.position, entry.deliveryCount);
        }
        List<Duration> delays = host.config().retryDelays();
        offerLater(
                entry,
                !delay.isZero() || delays.isEmpty()
                        ? delay
                        : delays.get(Math.min(entry.deliveryCount, delays.size()) - 1));
    }

    void received(int deliveryId) {
        QueueEntry entry = outbox.unsettled.get(deliveryId);
        if (entry == null) {
            return;
        }
        if (entry.received) {
            if (entry.releasable) {
                session.subscriber().onReleased(deliveryId);
            }
            return;
        }
        entry.received = true;
        outbox.account.delivered(entry.topic);
        outbox.end(entry);
        Runnable released = () -> session.post((Runnable) () -> {
            Attachment to = session.attachment();
            entry.releasable = true;
            if (to != null && outbox.unsettled.get(deliveryId) == entry) {
                to.subscriber.onReleased(deliveryId);
            }
        });
        if (entry.logged) {
            host.notes().received(session.id(), entry.position, deliveryId, released);
        } else {
            released.run();
        }
    }

    void extend(int deliveryId) {
        QueueEntry entry = outbox.unsettled.get(deliveryId);
        if (entry != null && entry.ackDeadlineMillis > 0) {
            entry.ackDeadlineMillis =
                    Clock.later(host.time().millis(), session.options().ackTimeout());
        }
    }

    /** Of who is connected: who is away fails nothing, and is offered it again on return. */
    void takeBackOverdue(long now) {
        for (QueueEntry entry : outbox.unsettled.all()) {
            if (entry.received || entry.ackDeadlineMillis == 0) {
                continue;
            }
            if (entry.ackDeadlineMillis <= now) {
                outbox.unsettled.remove(entry);
                entry.ackDeadlineMillis = 0;
                failed(
                        entry,
                        Duration.ZERO,
                        "not settled within " + session.options().ackTimeout());
            } else {
                session.arm(entry.ackDeadlineMillis);
            }
        }
    }
}
