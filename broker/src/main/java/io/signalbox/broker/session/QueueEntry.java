package io.signalbox.broker.session;

import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import org.jspecify.annotations.Nullable;

/**
 * One delivery owed to one session. Owned by the session's turn. What is in the log may let go of its message while it
 * waits, and gets it back before it is delivered.
 */
final class QueueEntry implements Waiting {
    /** In order of arrival; what was here before a restart comes first. Set again if it had to wait for the past. */
    long order;

    final TopicEntry topic;
    final Match match;

    /** In the log; 0 when it is in memory alone. */
    final long position;

    final long sequence;

    /** The log knows that this delivery is owed. */
    final boolean logged;

    final boolean fromRetained;

    /** Asked for by a subscription that begins in the past. */
    boolean past;

    /** Over once it is handed to the connection. */
    final boolean atMostOnce;

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

    /** The log has it that the receiver has it, so that the receiver may be told. */
    boolean releasable;

    /** Epoch milliseconds of its first failed delivery; 0: none failed. */
    long firstFailedMillis;

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
        this.atMostOnce = match.guarantee().atMost(message.guarantee()) == Guarantee.AT_MOST_ONCE;
        this.priority = (byte) message.priority();
        this.expiresAtMillis =
                message.ttlMillis() > 0 ? Clock.later(message.timestampMillis(), message.ttlMillis()) : 0;
        this.orderingKey = message.properties().orderingKey();
    }

    @Override
    public TopicEntry topic() {
        return topic;
    }

    boolean isExpired(long nowMillis) {
        return expiresAtMillis > 0 && nowMillis >= expiresAtMillis;
    }
}
