package io.signalbox.broker.routing;

import io.signalbox.broker.ledger.TopicCounters;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.HashSet;
import java.util.Set;

/**
 * The counts of topics that were forgotten. A publisher or a queue may still hold such a topic and add to them, so each
 * is kept until nobody does. Any thread.
 */
final class ForgottenTopics {
    /** A collection may find very many at once; whoever forgets one does not wait for all of them. */
    private static final int SETTLED_PER_CALL = 16;

    private final TopicCounters ended = new TopicCounters();
    private final Set<Remnant> remnants = new HashSet<>();
    private final ReferenceQueue<TopicEntry> unreachable = new ReferenceQueue<>();

    private static final class Remnant extends PhantomReference<TopicEntry> {
        private final TopicCounters counters;

        Remnant(TopicEntry entry, ReferenceQueue<TopicEntry> unreachable) {
            super(entry, unreachable);
            counters = entry.counters();
        }
    }

    synchronized void add(TopicEntry entry) {
        settle();
        remnants.add(new Remnant(entry, unreachable));
    }

    synchronized void addTo(TopicCounters sum) {
        sum.add(ended);
        remnants.forEach(remnant -> sum.add(remnant.counters));
    }

    private void settle() {
        for (int i = 0; i < SETTLED_PER_CALL; i++) {
            Reference<? extends TopicEntry> next = unreachable.poll();
            if (next == null) {
                return;
            }
            Remnant remnant = (Remnant) next;
            ended.add(remnant.counters);
            remnants.remove(remnant);
        }
    }
}
