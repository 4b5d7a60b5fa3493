package io.signalbox.broker.embedded;

import io.signalbox.broker.admission.Deduplication;
import io.signalbox.broker.journal.Journal;
import io.signalbox.broker.routing.Router;
import io.signalbox.broker.routing.Routes;
import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.Target;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.broker.session.BrokerSession;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Match;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * The fork in the way of a message. What nobody asked to keep goes from the publisher's thread straight into the
 * sessions' mailboxes; all else goes through the journal. Hot path.
 */
final class Publishing {
    private Publishing() {}

    static void publish(
            Router router,
            Journal journal,
            TimeSource time,
            Message message,
            @Nullable BrokerSession origin,
            int tag,
            PublishCallback callback,
            long context) {
        if (message.guarantee() != Guarantee.AT_MOST_ONCE) {
            journal.publish(stamped(message, time), origin, tag, callback, context);
            return;
        }
        TopicEntry topic = router.entry(message.topic());
        if (message.retain() || topic.logsAtMostOnce() || topic.waitsInJournal() || Deduplication.isKeyed(message)) {
            journal.publish(
                    stamped(message, time),
                    origin,
                    tag,
                    new ThroughJournal(router.enterJournal(topic), callback),
                    context);
            return;
        }
        topic.counters().published.increment();
        topic.history().add(0, time.millis(), message);
        int offered = hand(topic, router.routes(topic), message, origin);
        if (offered > 0) {
            topic.counters().offered.add(offered);
            callback.published(context, Receipt.Outcome.ROUTED, Durability.ROUTED, 0);
        } else {
            callback.published(context, Receipt.Outcome.NO_SUBSCRIBERS, Durability.ROUTED, 0);
        }
    }

    /** While it is on its way, later ones of its topic and guarantee take the same way (MQTT 5, 4.6). */
    private static final class ThroughJournal implements PublishCallback {
        private final TopicEntry topic;
        private final PublishCallback callback;

        /** @param topic knows of it */
        ThroughJournal(TopicEntry topic, PublishCallback callback) {
            this.topic = topic;
            this.callback = callback;
        }

        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
            topic.leftJournal();
            callback.published(context, outcome, reached, sequence);
        }

        @Override
        public void refused(long context, Refusal refusal) {
            topic.leftJournal();
            callback.refused(context, refusal);
        }
    }

    /** A time to live counts from a time, and it must be the broker's if the publisher gave none. */
    private static Message stamped(Message message, TimeSource time) {
        return message.ttlMillis() > 0 && message.timestampMillis() == 0
                ? message.toBuilder().timestampMillis(time.millis()).build()
                : message;
    }

    private static int hand(TopicEntry topic, Routes routes, Message message, @Nullable BrokerSession origin) {
        int offered = 0;
        for (Target target : routes.targets()) {
            Match match = target.matchFor(origin);
            if (match != null) {
                offered++;
                target.recipient().offer(topic, message, match, 0, 0, false, null);
            }
        }
        for (ShareGroup group : routes.groups()) {
            ShareGroup.Member member = group.pick(null);
            if (member != null) {
                offered++;
                member.recipient().offer(topic, message, member.match(), 0, 0, false, group);
            }
        }
        return offered;
    }
}
