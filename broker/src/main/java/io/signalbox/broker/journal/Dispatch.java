package io.signalbox.broker.journal;

import io.signalbox.broker.routing.Recipient;
import io.signalbox.broker.routing.Router;
import io.signalbox.broker.routing.Routes;
import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.Target;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import io.signalbox.transport.StoredMessage;
import org.jspecify.annotations.Nullable;

/** Hands a message that was admitted to its topic's memory and to the sessions. Hot path. */
final class Dispatch {
    private Dispatch() {}

    static int countOffers(Publish publish, Routes routes) {
        int offers = 0;
        for (Target target : routes.targets()) {
            offers += target.matchFor(publish.origin) != null ? 1 : 0;
        }
        for (ShareGroup.Member member : publish.members) {
            offers += member != null ? 1 : 0;
        }
        return offers;
    }

    static void dispatch(Publish publish, Router router) {
        TopicEntry topic = publish.topic;
        Routes routes = publish.routes;
        if (topic == null || routes == null) {
            return;
        }
        Message message = publish.message;
        topic.counters().published.increment();
        topic.history().add(publish.sequence, publish.timeMillis, message);
        if (message.retain()) {
            router.retain(
                    topic,
                    message.payload().length == 0
                            ? null
                            : new StoredMessage(publish.sequence, publish.timeMillis, message));
        }
        for (Target target : routes.targets()) {
            offer(publish, topic, target.recipient(), target.matchFor(publish.origin), null);
        }
        for (int i = 0; i < publish.members.length; i++) {
            ShareGroup.Member member = publish.members[i];
            if (member != null) {
                offer(publish, topic, member.recipient(), member.match(), routes.groups()[i]);
            }
        }
        topic.counters().offered.add(publish.offers);
    }

    private static void offer(
            Publish publish, TopicEntry topic, Recipient recipient, @Nullable Match match, @Nullable ShareGroup group) {
        if (match != null) {
            boolean owed = publish.position > 0
                    && publish.message.guarantee() != Guarantee.AT_MOST_ONCE
                    && Owed.isOwed(recipient, match);
            recipient.offer(topic, publish.message, match, publish.position, publish.sequence, owed, group);
        }
    }
}
