package io.signalbox.broker.session;

import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import org.jspecify.annotations.Nullable;

/**
 * One delivery owed to one session. Owned by the session's turn. What is in the log may let go of its message while it
 * waits, and gets it back before it is delivered.
 */
final class QueueEntry {
    /** In order of arrival; what was here before a restart comes first. */
    final long order;

    final TopicEntry topic;
    final Match match;

    /** In the log; 0 when it is in memory alone. */
    final long position;

    final long sequence;

    /** The log knows that this delivery is owed. */
    final boolean logged;

    final boolean fromRetained;
    final int bytes;
    final byte priority;

    /** Epoch milliseconds; 0: does not expire. */
    final long expiresAtMillis;

    final @Nullable ShareGroup group;

    /** Messages of one topic with one key wait for each other; null: this one waits for nobody. */
    final @Nullable String orderingKey;

    @Nullable
    Message message;

    int deliveryCount;
    int deliveryId;
    boolean redelivered;

    /** Exactly once: the log has its id, so that it may be sent. */
    boolean assigned;

    /** Exactly once: the receiver has it, only the id is still in use. */
    boolean received;

    /** Left the queue. */
    boolean done;

    /** Its payload is in the account of {@link QueueMemory}. */
    boolean counted;

    /** Offered again, or dead-lettered, when this time has come; 0: not waiting. */
    long notBeforeMillis;

    /** When an unsettled delivery is taken back; 0: never. */
    long ackDeadlineMillis;

    QueueEntry(
            long order,
            TopicEntry topic,
            Message message,
            Match match,
            long position,
            long sequence,
            boolean logged,
            boolean fromRetained,
            @Nullable ShareGroup group) {
        this.order = order;
        this.topic = topic;
        this.message = message;
        this.match = match;
        this.position = position;
        this.sequence = sequence;
        this.logged = logged;
        this.fromRetained = fromRetained;
        this.group = group;
        this.bytes = message.sizeBytes();
        this.priority = (byte) message.priority();
        this.expiresAtMillis = message.ttlMillis() > 0 ? message.timestampMillis() + message.ttlMillis() : 0;
        this.orderingKey = message.properties().orderingKey();
    }

    boolean isExpired(long nowMillis) {
        return expiresAtMillis > 0 && nowMillis >= expiresAtMillis;
    }
}
