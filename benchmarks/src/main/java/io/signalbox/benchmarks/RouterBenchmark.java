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
 * the cache, and after a wildcard subscription changed. {@code java -jar benchmarks/target/benchmarks.jar RouterBenchmark}
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
        router = new Router(BrokerConfig.DEFAULT, new HistoryBudget(1 << 20));
        for (int i = 0; i < exact; i++) {
            add(i, "site/" + i + "/sensor/value");
            if (i % 10 == 0) {
                add(exact + i, wildcard(i));
            }
        }
        for (int i = 0; i < topics.length; i++) {
            topics[i] = Topic.ofMqtt("site/" + (int) ((long) i * exact / topics.length) + "/sensor/value");
        }
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
