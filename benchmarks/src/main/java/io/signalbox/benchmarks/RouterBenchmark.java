package io.signalbox.benchmarks;

import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.history.HistoryBudget;
import io.signalbox.broker.routing.Recipient;
import io.signalbox.broker.routing.Router;
import io.signalbox.broker.routing.Routes;
import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Finding the routes of a topic among many subscriptions, at most 1,000,000 exact ones and 100,000 with wildcards: from
 * the cache, where few topics keep it warm and where each of them has its turn, after a wildcard subscription changed,
 * and of a topic that was never seen. {@code java -jar benchmarks/target/benchmarks.jar RouterBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RouterBenchmark {
    /** And a tenth as many with wildcards, in three forms that make the trie wide at every level; a topic meets few. */
    @Param({"1000", "100000", "1000000"})
    int exact = 1_000;

    private Router router = new Router(BrokerConfig.DEFAULT, new HistoryBudget(1 << 20));
    private final Topic[] topics = new Topic[1_024];
    private final Nobody extra = new Nobody(-1);
    private final FilterSpec extraSpec = FilterSpec.of(TopicFilter.ofMqtt("other/+/x"), Guarantee.AT_MOST_ONCE);
    private int next;

    @Setup
    public void subscribe() {
        subscribe(2_000_000);
    }

    private void subscribe(int topicsMax) {
        router = new Router(BrokerConfig.DEFAULT.withTopics(topicsMax, 1 << 30), new HistoryBudget(1 << 20));
        for (int i = 0; i < exact; i++) {
            add(i, "site/" + i + "/sensor/value");
            if (i % 10 == 0) {
                add(exact + i, wildcard(i));
            }
        }
        for (int i = 0; i < topics.length; i++) {
            topics[i] = exactly((int) ((long) i * exact / topics.length));
        }
    }

    /** All topics that somebody subscribed to exactly, in random order; their routes are cached. */
    @State(Scope.Benchmark)
    public static class Everyone {
        private Topic[] topics = {};

        @Setup
        public void visit(RouterBenchmark all) {
            topics = new Topic[all.exact];
            for (int i = 0; i < topics.length; i++) {
                topics[i] = exactly(i);
                all.router.routes(all.router.entry(topics[i]));
            }
            Collections.shuffle(Arrays.asList(topics), new Random(1));
        }
    }

    /**
     * Four times as many topics as the router remembers, one after the other: each is forgotten before it comes again.
     * A filter with a wildcard meets it, and no exact one.
     */
    @State(Scope.Benchmark)
    public static class Strangers {
        private static final int REMEMBERED = 1 << 14;
        private final Topic[] topics = new Topic[4 * REMEMBERED];

        @Setup
        public void visit(RouterBenchmark all) {
            all.subscribe(REMEMBERED);
            for (int i = 0; i < topics.length; i++) {
                // Of every thirty, the tenth has the filter +/i/sensor/#.
                topics[i] = Topic.ofMqtt("stranger-" + i + "/" + (10 + 30 * (i % (all.exact / 30))) + "/sensor/value");
                all.router.routes(all.router.entry(topics[i]));
            }
            if (all.router.known(topics[0]) != null) {
                throw new IllegalStateException("the first is not forgotten yet");
            }
        }
    }

    private static Topic exactly(int i) {
        return Topic.ofMqtt("site/" + i + "/sensor/value");
    }

    private static String wildcard(int i) {
        return switch (i / 10 % 3) {
            case 0 -> "site/" + i + "/+/value";
            case 1 -> "+/" + i + "/sensor/#";
            default -> "site/+/sensor-" + i + "/#";
        };
    }

    private void add(int id, String filter) {
        router.add(new Nobody(id), FilterSpec.of(TopicFilter.ofMqtt(filter), Guarantee.AT_MOST_ONCE), null);
    }

    @Benchmark
    public Routes cached() {
        return router.routes(router.entry(topics[next++ & 1_023]));
    }

    @Benchmark
    public Routes afterAChange() {
        router.add(extra, extraSpec, extraSpec);
        return router.routes(router.entry(topics[next++ & 1_023]));
    }

    @Benchmark
    public Routes cold(Everyone everyone) {
        Topic[] all = everyone.topics;
        int at = next;
        next = at + 1 == all.length ? 0 : at + 1;
        return router.routes(router.entry(all[at]));
    }

    @Benchmark
    public Routes firstSeen(Strangers strangers) {
        return router.routes(router.entry(strangers.topics[next++ & (4 * Strangers.REMEMBERED - 1)]));
    }

    private record Nobody(long id) implements Recipient {
        @Override
        public boolean durable() {
            return false;
        }

        @Override
        public boolean online() {
            return true;
        }

        @Override
        public boolean refuses(int messages, long payloadBytes) {
            return false;
        }

        @Override
        public void offer(
                TopicEntry topic,
                Message message,
                Match match,
                long position,
                long sequence,
                boolean logged,
                @Nullable ShareGroup group) {}
    }
}
