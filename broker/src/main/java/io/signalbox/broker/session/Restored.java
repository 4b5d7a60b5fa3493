package io.signalbox.broker.session;

import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.transport.Match;
import io.signalbox.transport.StoredMessage;
import org.jspecify.annotations.Nullable;

/**
 * A delivery from before a restart.
 *
 * @param position in the log
 * @param firstFailedMillis 0: none has failed
 * @param deliveryId under which it may have been sent, exactly once; 0: none
 * @param group the share group it came through, as far as the subscriptions tell
 */
public record Restored(
        TopicEntry topic,
        StoredMessage stored,
        Match match,
        long position,
        int deliveryCount,
        long firstFailedMillis,
        int deliveryId,
        @Nullable ShareGroup group) {}
