package io.signalbox.bus.remote;

import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.topic.Topic;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends subscriptions whose messages nobody here handles: left by an earlier process, or by a handler that went while the
 * link was down. Owned by the lane; the ending is not done there, since it waits for the transport.
 */
final class UnheardTopics {
    private static final Logger LOG = LoggerFactory.getLogger(UnheardTopics.class);
    /** The oldest give way; at worst one is ended twice. */
    private static final int TOPICS_MAX = 1_000;

    private final Connection connection;
    private final Subscriptions subscriptions;
    private final Scheduler scheduler;
    /** What still comes of them was under way. */
    private final Set<Topic> ended = new LinkedHashSet<>();

    UnheardTopics(Connection connection, Subscriptions subscriptions, Scheduler scheduler) {
        this.connection = connection;
        this.subscriptions = subscriptions;
        this.scheduler = scheduler;
    }

    /** Something came on it. */
    void end(Topic topic) {
        if (!ended.add(topic)) {
            return;
        }
        if (ended.size() > TOPICS_MAX) {
            ended.remove(ended.iterator().next());
        }
        try {
            scheduler.execute(() -> {
                if (!isEnded(topic)) {
                    connection.inLane(() -> ended.remove(topic));
                }
            });
        } catch (RejectedExecutionException closing) {
            // The next process of this name will end it.
        }
    }

    private boolean isEnded(Topic topic) {
        try {
            return subscriptions.endUnheard(topic);
        } catch (RuntimeException notYet) {
            LOG.warn(
                    "the subscription to {}, which nobody here handles, could not be ended: {}",
                    topic,
                    notYet.toString());
            return false;
        }
    }

    /** It has a handler. */
    void heard(Topic topic) {
        ended.remove(topic);
    }
}
