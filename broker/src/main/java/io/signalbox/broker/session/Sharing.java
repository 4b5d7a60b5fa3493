package io.signalbox.broker.session;

import io.signalbox.broker.ledger.DropReason;
import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import java.util.ArrayList;
import java.util.List;

/** Gives what came through a share group to members who are here. Owned by the session's turn. */
final class Sharing {
    private final BrokerSession session;
    private final SessionHost host;
    private final Outbox outbox;

    Sharing(BrokerSession session, SessionHost host, Outbox outbox) {
        this.session = session;
        this.host = host;
        this.outbox = outbox;
    }

    /** What came through a share group goes to members who are here (MQTT 5, 4.8.2 allows it; users expect it). */
    void handOver() {
        List<QueueEntry> moving = new ArrayList<>(0);
        outbox.queue.removeIf(this::canMove, moving::add);
        for (QueueEntry entry : outbox.unsettled.all()) {
            if (!entry.received && canMove(entry)) {
                outbox.unsettled.remove(entry);
                moving.add(entry);
            }
        }
        moving.forEach(this::move);
    }

    /** It came when this member had left. @return false if there is nobody else */
    boolean passOn(Offer offer) {
        ShareGroup group = offer.group();
        return group != null
                && !offer.isAtMostOnce()
                && host.handOver(
                        session,
                        group,
                        new Handover(offer.topic(), offer.message(), offer.position(), offer.sequence()));
    }

    private boolean canMove(QueueEntry entry) {
        return entry.group != null
                && !hasBegunExactlyOnce(entry)
                && (!session.durable() || entry.group.hasOnlineBesides(session));
    }

    /** Its member may have it already, and nobody else must get it then (MQTT 5, 4.8.2-4 and 4.8.2-5). */
    private static boolean hasBegunExactlyOnce(QueueEntry entry) {
        return entry.redelivered
                && entry.match.guarantee() == Guarantee.EXACTLY_ONCE
                && (entry.message == null || entry.message.guarantee() == Guarantee.EXACTLY_ONCE);
    }

    private void move(QueueEntry entry) {
        Message message = outbox.payloads.messageOf(entry);
        ShareGroup group = entry.group;
        if (message != null
                && group != null
                && host.handOver(session, group, new Handover(entry.topic, message, entry.position, entry.sequence))) {
            outbox.drop(entry, DropReason.HANDED_OVER);
        } else {
            outbox.queue.putBack(entry);
        }
    }
}
