package io.signalbox.broker.session;

import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way into a session's mailbox.
 *
 * @param counted for all mailboxes together, by {@link Incoming}
 */
record Offer(
        TopicEntry topic,
        Message message,
        Match match,
        long position,
        long sequence,
        boolean logged,
        @Nullable ShareGroup group,
        boolean counted)
        implements Waiting {
    boolean isAtMostOnce() {
        return isAtMostOnce(message, match);
    }

    static boolean isAtMostOnce(Message message, Match match) {
        return message.guarantee() == Guarantee.AT_MOST_ONCE || match.guarantee() == Guarantee.AT_MOST_ONCE;
    }
}
