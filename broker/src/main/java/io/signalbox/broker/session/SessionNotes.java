package io.signalbox.broker.session;

import io.signalbox.topic.TopicFilter;

/** What a session has the log keep about its deliveries. Every method enqueues and returns. */
public interface SessionNotes {
    /** The session was attached to a connection, or lost it; its lifetime depends on since when. */
    void attachment(BrokerSession session, boolean attached);

    /** These deliveries left the queue. */
    void settled(long sessionId, long[] positions);

    /** How far a past is settled. @param boundary log position where it ends; tells pasts of a filter apart */
    void pastDoneTo(long sessionId, TopicFilter filter, long boundary, long sequence);

    void pastEnded(long sessionId, TopicFilter filter, long boundary);

    void failed(long sessionId, long position, int deliveryCount);

    /** The id of an exactly-once delivery; then runs the action, which posts to the session. */
    void assigned(long sessionId, long position, int deliveryId, Runnable durable);

    void received(long sessionId, long position, int deliveryId, Runnable durable);

    void completed(long sessionId, int deliveryId);
}
