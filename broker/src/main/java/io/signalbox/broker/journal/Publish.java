package io.signalbox.broker.journal;

import io.signalbox.broker.admission.Seen;
import io.signalbox.broker.routing.Recipient;
import io.signalbox.broker.routing.Routes;
import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.broker.session.BrokerSession;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A publish on its way through the journal, and what became of it so far: one object from admission to
 * acknowledgement. Owned by the journal's turn; the sync thread reads it once it waits for the disk.
 */
final class Publish implements Command {
    private static final Logger LOG = LoggerFactory.getLogger(Publish.class);

    final Message message;
    final @Nullable BrokerSession origin;

    /** Of an exactly-once publisher; 0: none. */
    final int tag;

    final PublishCallback callback;
    final long context;

    @Nullable
    TopicEntry topic;

    @Nullable
    Routes routes;

    /** The member picked for each of the routes' share groups. */
    ShareGroup.@Nullable Member[] members = NO_MEMBERS;

    /** When its turn came: in the log and in memory it has the same. */
    long timeMillis;

    long position;
    long sequence;
    Receipt.Outcome outcome = Receipt.Outcome.ROUTED;
    Durability durability = Durability.ROUTED;

    private static final ShareGroup.@Nullable Member[] NO_MEMBERS = new ShareGroup.Member[0];

    Publish(Message message, @Nullable BrokerSession origin, int tag, PublishCallback callback, long context) {
        this.message = message;
        this.origin = origin;
        this.tag = tag;
        this.callback = callback;
        this.context = context;
    }

    /** What others of its kind will be told by; of a duplicate, the first one's. */
    @Nullable
    Seen seen;

    /** Whom alone it is for; null: everybody who is subscribed. */
    @Nullable
    Recipient only;

    /** The commit failed, and with it the wait for the flush. */
    boolean refused;

    /** Its publisher was told. */
    boolean answered;

    /** Deliveries it makes. */
    int offers;

    boolean awaitsFlush() {
        return position > 0 && durability.atLeast(Durability.SYNCED);
    }

    /** The publisher may use its tag again. */
    void forgetTag() {
        if (tag > 0 && origin != null) {
            origin.tags().remove(tag, seen);
        }
    }

    /** The same, for a topic that goes on without the disk. This one is skipped by who waits for the flush. */
    Publish unlogged() {
        refused = true;
        Publish again = new Publish(message, origin, tag, callback, context);
        again.timeMillis = timeMillis;
        again.topic = topic;
        again.routes = routes;
        again.members = members;
        again.offers = offers;
        again.outcome = outcome;
        return again;
    }

    void done() {
        if (outcome == Receipt.Outcome.DUPLICATE && seen != null && seen.failed()) {
            tellRefused(ReasonCode.STORAGE_FAILED, "the first of this message was not stored");
            return;
        }
        answered = true;
        try {
            callback.published(context, outcome, durability, sequence);
        } catch (RuntimeException | Error e) {
            callbackFailed(e);
        }
    }

    void tellRefused(ReasonCode reason, String detail) {
        answered = true;
        try {
            callback.refused(context, new Refusal(reason, detail));
        } catch (RuntimeException | Error e) {
            callbackFailed(e);
        }
    }

    /** Of the publisher alone: what was published stays, and others are told. */
    private void callbackFailed(Throwable e) {
        LOG.error("the callback of a publish to {} failed", message.topic(), e);
    }
}
