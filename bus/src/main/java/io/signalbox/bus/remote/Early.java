package io.signalbox.bus.remote;

import io.signalbox.bus.queue.Away;
import io.signalbox.bus.queue.AwayRoom;
import io.signalbox.message.MessageKind;
import io.signalbox.topic.Topic;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was given back because too much of its topic waited for a handler. When that has come, nothing of the topic goes
 * past those that are still away: which ordering key they have may be known to the handler's side alone. Owned by the
 * link's lane.
 */
final class Early {
    private static final Logger LOG = LoggerFactory.getLogger(Early.class);
    /** Half of it for one topic: as much as a durable session keeps, if nobody says otherwise. */
    private static final int AWAY_MAX = 20_000;
    /** So many of one topic wait for its first handler here, the rest at the transport. */
    private static final int WAITING_MAX = 100;

    private final Backlog backlog;
    private final Subscriptions subscriptions;
    private final AwayRoom room = new AwayRoom(AWAY_MAX);
    private final Map<Topic, Away> byTopic = new HashMap<>();
    private final LongAdder dropped;
    private long lostForgottenNanos;
    private boolean orderTold;
    private boolean dropTold;

    /** @param dropped counts what was delivered at most once and finds no room: nobody would take it back */
    Early(Backlog backlog, Subscriptions subscriptions, LongAdder dropped) {
        this.backlog = backlog;
        this.subscriptions = subscriptions;
        this.dropped = dropped;
    }

    /** Commands have no order to keep, and their callers wait: of those only what has no room goes back. */
    boolean mustGoBack(Arrival arrival) {
        Topic topic = arrival.topic();
        boolean tooMany = backlog.waiting(topic) >= WAITING_MAX && subscriptions.typeOn(topic) == null;
        if (arrival.isSettled()) {
            if (tooMany) {
                drop(topic);
            }
            return tooMany;
        }
        return arrival.message().properties().kind() == MessageKind.EVENT ? mustGoBack(arrival, tooMany) : tooMany;
    }

    private boolean mustGoBack(Arrival arrival, boolean tooMany) {
        Away away = byTopic.get(arrival.topic());
        if (away == null && !tooMany) {
            return false;
        }
        if (away == null) {
            away = new Away(room);
            byTopic.put(arrival.topic(), away);
        }
        boolean goesBack = tooMany || away.mustWait(arrival);
        if (!goesBack) {
            away.letIn(arrival);
        } else if (!away.refused(arrival)) {
            orderNotKept(arrival);
        }
        if (away.isEmpty()) {
            byTopic.remove(arrival.topic());
        }
        return goesBack;
    }

    private void drop(Topic topic) {
        dropped.increment();
        if (!dropTold) {
            dropTold = true;
            LOG.warn(
                    "{} messages on {} wait for the first handler; what comes beyond them and was delivered at most once is"
                            + " dropped and counted",
                    WAITING_MAX,
                    topic);
        }
    }

    /** Those of a topic that nothing comes on any more take up the room of others. Costs a look at all topics. */
    private void orderNotKept(Arrival now) {
        if (!orderTold) {
            orderTold = true;
            LOG.warn(
                    "too much of what has no handler yet waits outside, on {} now: the order of what comes beyond it is"
                            + " not kept",
                    now.topic());
        }
        if (now.cameNanos() - lostForgottenNanos <= Away.LOST_AFTER_NANOS) {
            return;
        }
        lostForgottenNanos = now.cameNanos();
        byTopic.values().removeIf(away -> {
            away.forgetLost(now.source());
            return away.isEmpty();
        });
    }
}
