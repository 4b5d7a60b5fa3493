package io.signalbox.broker.routing;

import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import org.jspecify.annotations.Nullable;

/** A session as routing sees it. Methods may be called from any thread. */
public interface Recipient {
    /** Unique for ever among this broker's sessions; the log refers to sessions by it. */
    long id();

    /** Its queue outlives the process. */
    boolean durable();

    /** Somebody is connected to it. */
    boolean online();

    /**
     * It refuses rather than drop, and has no room.
     *
     * @param messages that would come
     * @param payloadBytes of all of them
     */
    boolean refuses(int messages, long payloadBytes);

    /**
     * Takes a message into the mailbox.
     *
     * @param position in the log; 0 when it was not logged
     * @param logged the log says that this delivery is owed, so its end must be logged too
     * @param group the share group it came through, for handing it on if this session leaves
     */
    void offer(
            TopicEntry topic,
            Message message,
            Match match,
            long position,
            long sequence,
            boolean logged,
            @Nullable ShareGroup group);
}
