package io.signalbox.broker.routing;

import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.BrokerConfig.TopicPolicy;
import io.signalbox.broker.history.HistoryBudget;
import io.signalbox.broker.history.HistoryRing;
import io.signalbox.broker.ledger.TopicCounters;
import io.signalbox.message.Guarantee;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Session;
import io.signalbox.transport.StoredMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * From topics to sessions. Publishers on any thread ask {@link #routes}, which is a field read while nothing changed;
 * on a miss, and for changes, there is one lock, held for a look into the maps and never across anything slow.
 */
public final class Router {
    private final BrokerConfig config;
    private final HistoryBudget historyBudget;
    private final ForgottenTopics forgotten = new ForgottenTopics();
    private final TopicTable topics;

    private final AtomicLong retainedBytes = new AtomicLong();
    private final AtomicLong retainedCount = new AtomicLong();
    private final TopicCounters throwAway = new TopicCounters();

    private final Object lock = new Object();
    private final Map<String, List<Route>> exact = new HashMap<>();
    private final FilterTrie wildcards = new FilterTrie();
    private final Map<Session.Target, ShareGroup> groups = new HashMap<>();
    private int exactCount;
    private int wildcardCount;

    /** Grows with each change of a filter with wildcards, which may concern any topic. */
    private volatile long generation;

    public Router(BrokerConfig config, HistoryBudget historyBudget) {
        this.config = config;
        this.historyBudget = historyBudget;
        this.topics = new TopicTable(config.topicsMax(), config.topicBytesMax(), forgotten);
    }

    /**
     * The topic's entry; while there is no room for one more, a throw-away one, which routes and counts, and remembers
     * nothing.
     */
    public TopicEntry entry(Topic topic) {
        TopicEntry entry = topics.use(topic);
        if (entry != null) {
            return entry;
        }
        return topics.makeRoom(topic)
                ? topics.add(fresh(topic))
                : new TopicEntry(topic, policyFor(topic), new HistoryRing(0, historyBudget), throwAway);
    }

    private TopicEntry fresh(Topic topic) {
        return new TopicEntry(
                topic, policyFor(topic), new HistoryRing(config.historyPerTopic(), historyBudget), new TopicCounters());
    }

    /** An at most once message goes through the journal. @return the topic's entry, which knows that from now on */
    public TopicEntry enterJournal(TopicEntry topic) {
        TopicEntry entry = topic;
        while (!entry.enterJournal()) {
            entry = entry(topic.topic());
        }
        return entry;
    }

    /** By the journal's thread, or before it starts. @param message null: nothing is retained any more */
    public void retain(TopicEntry topic, @Nullable StoredMessage message) {
        topics.change(topic.topic(), known -> {
            TopicEntry entry = known == null && message != null ? fresh(topic.topic()) : known;
            if (entry != null) {
                StoredMessage before = entry.retained();
                retainedCount.addAndGet((message == null ? 0 : 1) - (before == null ? 0 : 1));
                retainedBytes.addAndGet((message == null ? 0 : message.message().sizeBytes())
                        - (before == null ? 0 : before.message().sizeBytes()));
                entry.retained(message);
            }
            return entry;
        });
    }

    /** Messages. */
    public long retainedCount() {
        return retainedCount.get();
    }

    /** Of all topics together. */
    public long retainedBytes() {
        return retainedBytes.get();
    }

    /** An entry that nobody else will find. */
    public TopicEntry throwAway(Topic topic) {
        return new TopicEntry(topic, TopicPolicy.DEFAULT, new HistoryRing(0, historyBudget), throwAway);
    }

    /** Of all topics that have no entry of their own, as of now. */
    public TopicCounters others() {
        TopicCounters sum = new TopicCounters();
        sum.add(throwAway);
        forgotten.addTo(sum);
        return sum;
    }

    public @Nullable TopicEntry known(Topic topic) {
        return topics.find(topic);
    }

    public Collection<TopicEntry> entries() {
        return topics.all();
    }

    private TopicPolicy policyFor(Topic topic) {
        for (TopicPolicy policy : config.policies()) {
            if (policy.filter().matches(topic)) {
                return policy;
            }
        }
        return TopicPolicy.DEFAULT;
    }

    public Routes routes(TopicEntry entry) {
        Routes routes = entry.cachedRoutes();
        return routes.generation() == generation ? routes : findRoutes(entry);
    }

    private Routes findRoutes(TopicEntry entry) {
        synchronized (lock) {
            List<Subscription> subscriptions = new ArrayList<>();
            List<ShareGroup> shared = new ArrayList<>();
            java.util.function.Consumer<Route> sort = route -> {
                switch (route) {
                    case Subscription s -> subscriptions.add(s);
                    case ShareGroup g -> shared.add(g);
                }
            };
            exact.getOrDefault(entry.topic().text(), List.of()).forEach(sort);
            if (wildcardCount > 0) {
                wildcards.match(entry.topic().levels(), entry.topic().isSystem(), sort);
            }
            Target[] targets = Targets.merge(subscriptions);
            boolean anyDurable = !shared.isEmpty();
            for (Target t : targets) {
                anyDurable |= t.recipient().durable() && t.match().guarantee() != Guarantee.AT_MOST_ONCE;
            }
            Routes routes = new Routes(generation, targets, shared.toArray(ShareGroup[]::new), anyDurable);
            entry.cacheRoutes(routes);
            return routes;
        }
    }

    /** @return false if it replaced one of the same filter and group */
    public boolean add(Recipient recipient, FilterSpec spec, @Nullable FilterSpec replaced) {
        synchronized (lock) {
            if (replaced != null) {
                removeRoute(recipient, replaced);
            }
            String name = spec.shareGroup();
            if (name == null) {
                addRoute(spec.filter(), new Subscription(recipient, spec));
            } else {
                ShareGroup group = groups.computeIfAbsent(new Session.Target(spec.filter(), name), t -> {
                    ShareGroup created = new ShareGroup(name, spec.filter());
                    addRoute(spec.filter(), created);
                    return created;
                });
                group.put(recipient, spec);
                invalidate(spec.filter());
            }
            return replaced == null;
        }
    }

    public void remove(Recipient recipient, FilterSpec spec) {
        synchronized (lock) {
            removeRoute(recipient, spec);
        }
    }

    private void removeRoute(Recipient recipient, FilterSpec spec) {
        if (spec.shareGroup() == null) {
            dropRoute(spec.filter(), new Subscription(recipient, spec));
            return;
        }
        Session.Target target = new Session.Target(spec.filter(), spec.shareGroup());
        ShareGroup group = groups.get(target);
        if (group != null) {
            group.remove(recipient);
            if (group.isEmpty()) {
                groups.remove(target);
                dropRoute(spec.filter(), group);
            }
        }
    }

    public @Nullable ShareGroup group(TopicFilter filter, String name) {
        synchronized (lock) {
            return groups.get(new Session.Target(filter, name));
        }
    }

    private void addRoute(TopicFilter filter, Route route) {
        if (filter.isExact()) {
            exact.computeIfAbsent(filter.text(), t -> new ArrayList<>(1)).add(route);
            exactCount++;
        } else {
            wildcards.add(filter, route);
            wildcardCount++;
        }
        invalidate(filter);
    }

    private void dropRoute(TopicFilter filter, Route route) {
        if (!filter.isExact()) {
            wildcardCount -= wildcards.remove(filter, route) ? 1 : 0;
        } else {
            List<Route> routes = exact.get(filter.text());
            if (routes != null && routes.remove(route)) {
                exactCount--;
                if (routes.isEmpty()) {
                    exact.remove(filter.text());
                }
            }
        }
        invalidate(filter);
    }

    /** An exact filter concerns one topic, so that a million of them come and go without disturbing the rest. */
    private void invalidate(TopicFilter filter) {
        if (filter.isExact()) {
            TopicEntry entry = topics.find(Topic.ofMqtt(filter.text()));
            if (entry != null) {
                entry.cacheRoutes(Routes.STALE);
            }
        } else {
            generation++;
        }
    }

    public int exactCount() {
        synchronized (lock) {
            return exactCount;
        }
    }

    public int wildcardCount() {
        synchronized (lock) {
            return wildcardCount;
        }
    }

    public int topicCount() {
        return topics.size();
    }
}
