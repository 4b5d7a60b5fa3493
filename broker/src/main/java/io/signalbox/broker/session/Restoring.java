package io.signalbox.broker.session;

import io.signalbox.broker.record.PastCodec;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.message.Message;

/** Puts a session back as the log tells of it: the pasts first, then the queue, then {@link #done}. Before its first turn. */
public final class Restoring {
    private final BrokerSession session;
    private final Outbox outbox;
    private final Presence presence;

    Restoring(BrokerSession session, Outbox outbox, Presence presence) {
        this.session = session;
        this.outbox = outbox;
        this.presence = presence;
    }

    /** The past of this filter was on its way before the restart, and goes on. */
    public void catchUp(PastCodec.Running past) {
        outbox.intake.beginCatchUp(past);
    }

    /** A delivery from before the restart. */
    public void queued(Restored told) {
        outbox.restore(told);
    }

    /** The log says that it is owed this, and cannot give it back. */
    public void unreadable(TopicEntry unknown, long position) {
        outbox.restoreUnreadable(unknown, position);
    }

    /** An exactly-once delivery whose receiver had it before the restart. */
    public void received(TopicEntry topic, Message placeholder, long position, int deliveryId) {
        outbox.restoreReceived(topic, placeholder, position, deliveryId);
    }

    /** @param wasConnected a crash took the connection: the session is as suspect as with any other lost one */
    public void done(long sinceMillis, boolean wasConnected) {
        presence.restore(sinceMillis, wasConnected);
        outbox.endTurn();
        session.tick();
    }
}
