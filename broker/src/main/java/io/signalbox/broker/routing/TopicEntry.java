package io.signalbox.broker.routing;

import io.signalbox.broker.BrokerConfig.TopicPolicy;
import io.signalbox.broker.history.HistoryRing;
import io.signalbox.broker.ledger.TopicCounters;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.StoredMessage;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/** All that is known of one topic: found once a message, so that everything else is a field away. */
public final class TopicEntry {
    private static final AtomicIntegerFieldUpdater<TopicEntry> IN_JOURNAL =
            AtomicIntegerFieldUpdater.newUpdater(TopicEntry.class, "inJournal");

    private final Topic topic;
    private final long key;
    private final TopicPolicy policy;
    private final HistoryRing history;
    private final TopicCounters counters;
    private final boolean logsAtMostOnce;

    /** Written under the router's lock, read by every publisher. */
    private volatile Routes routes = Routes.STALE;

    /** At most once publishes that took the way through the journal and are not handed out yet. */
    @SuppressWarnings("unused") // through IN_JOURNAL
    private volatile int inJournal;

    /** Looked up since {@link TopicTable}'s hand came by. */
    private volatile boolean used;

    /** Forgotten: another may stand in its place. */
    private volatile boolean left;

    /** Written by the journal's thread. */
    private volatile @Nullable StoredMessage retained;

    TopicEntry(Topic topic, TopicPolicy policy, HistoryRing history, TopicCounters counters) {
        this.counters = counters;
        this.topic = topic;
        this.key = key(topic);
        this.policy = policy;
        this.history = history;
        this.logsAtMostOnce = policy.atMostOnce().atLeast(Durability.BUFFERED);
    }

    /** The topic's key in the log's posting lists: FNV-1a of 64 bits; collisions cost a comparison, no more. */
    public static long key(Topic topic) {
        String text = topic.text();
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash == 0 ? 1 : hash;
    }

    public Topic topic() {
        return topic;
    }

    public long key() {
        return key;
    }

    public TopicPolicy policy() {
        return policy;
    }

    public boolean logsAtMostOnce() {
        return logsAtMostOnce;
    }

    /** Does an earlier at most once message of this topic wait in the journal? A later one must not overtake it. */
    public boolean waitsInJournal() {
        return inJournal > 0;
    }

    /** @return false: it was forgotten, and the topic must be looked up again, or a later message would not know */
    boolean enterJournal() {
        IN_JOURNAL.incrementAndGet(this);
        if (left) {
            leftJournal();
            return false;
        }
        return true;
    }

    public void leftJournal() {
        IN_JOURNAL.decrementAndGet(this);
    }

    void use() {
        if (!used) {
            used = true;
        }
    }

    boolean usedSinceLastAsked() {
        boolean was = used;
        used = false;
        return was;
    }

    /** @return false: it is needed, and stays */
    boolean leave() {
        left = true;
        if (retained != null || inJournal > 0) {
            left = false;
            return false;
        }
        return true;
    }

    public HistoryRing history() {
        return history;
    }

    public TopicCounters counters() {
        return counters;
    }

    public @Nullable StoredMessage retained() {
        return retained;
    }

    void retained(@Nullable StoredMessage message) {
        retained = message;
    }

    Routes cachedRoutes() {
        return routes;
    }

    void cacheRoutes(Routes value) {
        routes = value;
    }
}
