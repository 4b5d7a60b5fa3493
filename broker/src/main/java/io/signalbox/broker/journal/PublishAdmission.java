package io.signalbox.broker.journal;

import io.signalbox.broker.BrokerConfig.TopicPolicy;
import io.signalbox.broker.admission.Deduplication;
import io.signalbox.broker.admission.Seen;
import io.signalbox.broker.routing.Recipient;
import io.signalbox.broker.routing.Router;
import io.signalbox.broker.routing.Routes;
import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.Target;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.broker.session.BrokerSession;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.StoredMessage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides on a publish: known already, refused, or routed and appended to the batch. Owned by the journal's turn. Hot
 * path.
 */
final class PublishAdmission {
    private final Router router;
    private final Deduplication deduplication;
    private final Batch batch;
    private final long retainedBytesMax;

    PublishAdmission(Router router, Deduplication deduplication, Batch batch, long retainedBytesMax) {
        this.retainedBytesMax = retainedBytesMax;
        this.router = router;
        this.deduplication = deduplication;
        this.batch = batch;
    }

    /** @return about how many bytes it adds to the batch */
    int admit(Publish publish, long now) {
        publish.timeMillis = now;
        Message message = publish.message;
        BrokerSession origin = publish.origin;
        Map<Integer, Seen> tags = publish.tag > 0 && origin != null ? origin.tags() : null;
        String key = Deduplication.keyOf(message);
        Seen first = first(tags, publish.tag, key, now);
        if (first != null) {
            return duplicate(publish, first, tags);
        }
        TopicEntry topic = router.entry(message.topic());
        if (message.retain() && router.known(message.topic()) != topic) {
            return refuse(
                    publish,
                    ReasonCode.QUOTA_EXCEEDED,
                    "there are " + router.topicCount() + " topics, the limit; none can be retained in addition");
        }
        if (message.retain()
                && message.payload().length > 0
                && router.retainedBytes() + growth(topic, message) > retainedBytesMax) {
            return refuse(
                    publish,
                    ReasonCode.QUOTA_EXCEEDED,
                    (retainedBytesMax >> 20) + " MiB are retained, the limit; clear some, or give the server more"
                            + " memory");
        }
        Routes routes = router.routes(topic);
        if (publish.only != null) {
            Routes narrowed = routes.leadingTo(publish.only);
            routes = narrowed.isEmpty() ? routes : narrowed;
        }
        publish.topic = topic;
        publish.routes = routes;
        if (routes.groups().length > 0) {
            pickMembers(publish, routes);
        }
        Recipient full = refusing(publish, routes);
        if (full != null) {
            return refuse(
                    publish,
                    ReasonCode.QUEUE_FULL,
                    "the queue of " + full + " is full; publish again when it has been read");
        }
        publish.durability = wanted(publish, topic, routes);
        if (publish.durability.atLeast(Durability.BUFFERED)) {
            try {
                batch.append(publish);
            } catch (IllegalArgumentException tooLarge) {
                return refuse(publish, ReasonCode.PAYLOAD_TOO_LARGE, String.valueOf(tooLarge.getMessage()));
            }
        }
        publish.offers = Dispatch.countOffers(publish, routes);
        publish.outcome = publish.offers == 0 ? Receipt.Outcome.NO_SUBSCRIBERS : Receipt.Outcome.ROUTED;
        if (key != null || tags != null) {
            publish.seen = new Seen(now, publish.sequence, publish.position == 0 ? 0 : batch.end());
            if (key != null) {
                deduplication.remember(key, publish.seen);
            }
            if (tags != null) {
                tags.put(publish.tag, publish.seen);
            }
        }
        batch.add(publish);
        return message.sizeBytes() + 64;
    }

    /** It takes the place of what is retained now. */
    private static int growth(TopicEntry topic, Message message) {
        StoredMessage before = topic.retained();
        return message.sizeBytes() - (before == null ? 0 : before.message().sizeBytes());
    }

    private static int refuse(Publish publish, ReasonCode reason, String detail) {
        publish.forgetTag();
        publish.tellRefused(reason, detail);
        return 0;
    }

    private static Durability wanted(Publish publish, TopicEntry topic, Routes routes) {
        TopicPolicy policy = topic.policy();
        Message message = publish.message;
        if (message.guarantee() == Guarantee.AT_MOST_ONCE) {
            return message.retain() && !policy.atMostOnce().atLeast(Durability.BUFFERED)
                    ? Durability.BUFFERED
                    : policy.atMostOnce();
        }
        if (!policy.acknowledged().atLeast(Durability.BUFFERED) && (routes.anyDurable() || publish.tag > 0)) {
            return Durability.BUFFERED;
        }
        return policy.acknowledged();
    }

    private static void pickMembers(Publish publish, Routes routes) {
        ShareGroup[] groups = routes.groups();
        ShareGroup.@Nullable Member[] members = new ShareGroup.Member[groups.length];
        for (int i = 0; i < groups.length; i++) {
            members[i] = groups[i].pick(null);
        }
        publish.members = members;
    }

    /**
     * Whose queue is full and refuses more. What was admitted before and is not handed out yet counts as if all of it
     * were for that queue; if that is too much, it is handed out first.
     */
    private @Nullable Recipient refusing(Publish publish, Routes routes) {
        if (publish.message.guarantee() == Guarantee.AT_MOST_ONCE) {
            return null;
        }
        int bytes = publish.message.sizeBytes();
        Recipient full = refusing(publish, routes, 1 + batch.pending(), bytes + batch.pendingBytes());
        if (full != null && batch.pending() > 0) {
            batch.finish();
            full = refusing(publish, routes, 1, bytes);
        }
        return full;
    }

    private static @Nullable Recipient refusing(Publish publish, Routes routes, int messages, long bytes) {
        for (Target target : routes.targets()) {
            if (target.recipient().refuses(messages, bytes) && Owed.isQueued(target.matchFor(publish.origin))) {
                return target.recipient();
            }
        }
        for (ShareGroup.Member member : publish.members) {
            if (member != null && member.recipient().refuses(messages, bytes) && Owed.isQueued(member.match())) {
                return member.recipient();
            }
        }
        return null;
    }

    /** The one before it with its tag, else with its key, that the disk has not failed. */
    private @Nullable Seen first(@Nullable Map<Integer, Seen> tags, int tag, @Nullable String key, long now) {
        Seen tagged = tags == null ? null : tags.get(tag);
        if (tagged != null && !tagged.failed()) {
            return tagged;
        }
        return key == null ? null : deduplication.find(key, now);
    }

    /** Known already: said again once the first is as safe as it was promised to be, or refused if that fails. */
    private int duplicate(Publish publish, Seen first, @Nullable Map<Integer, Seen> tags) {
        publish.outcome = Receipt.Outcome.DUPLICATE;
        publish.seen = first;
        publish.sequence = first.sequence();
        if (tags != null) {
            tags.put(publish.tag, first);
        }
        if (first.end() == 0) {
            publish.done();
        } else if (batch.isSynced(first.end())) {
            publish.durability = Durability.SYNCED;
            publish.done();
        } else {
            batch.appendBarrier(publish);
            publish.durability = Durability.SYNCED;
            batch.add(publish);
        }
        return 32;
    }
}
