package io.signalbox.benchmarks.compare;

import static io.signalbox.benchmarks.compare.Broker.HIVEMQ;
import static io.signalbox.benchmarks.compare.Broker.MOSQUITTO;
import static io.signalbox.benchmarks.compare.Broker.NATS;
import static io.signalbox.benchmarks.compare.Broker.RABBITMQ;
import static io.signalbox.benchmarks.compare.Broker.SIGNALBOX;

import io.signalbox.benchmarks.compare.Scenario.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What is compared. The scenarios of a series have a hyphen and their step at the end of their ids. */
final class Scenarios {
    private static final String PAIRS = "-m pairs -P 10 -S 10 -s 64 ";
    private static final String BUS = "-m fanout -P 100 -S 100 -s 64 -q 0 -r 1000";
    private static final List<Metric> DELIVERED = List.of(Metric.DELIVERED);
    private static final List<Metric> LATENCY = List.of(Metric.P50, Metric.P99, Metric.P999);

    private final Extent extent;
    private final List<Scenario> all = new ArrayList<>();

    private Scenarios(Extent extent) {
        this.extent = extent;
    }

    /** In the order in which they run: by the setting. */
    static List<Scenario> of(Extent extent) {
        Scenarios made = new Scenarios(extent);
        made.throughput();
        made.latency();
        made.growth();
        made.disk();
        made.fresh();
        made.parts();
        return List.copyOf(made.all);
    }

    private void throughput() {
        memory("pairs", "QoS 0, 10 → 10, 64 B, 1,000 on the way each", PAIRS + "-q 0 -W 1000", DELIVERED);
        memory("fan", "QoS 0, 1 → 500, 64 B", "-m fanout -P 1 -S 500 -s 64 -q 0 -W 20", DELIVERED);
        memory("fan-1k", "QoS 0, 1 → 500, 1 KiB", "-m fanout -P 1 -S 500 -s 1024 -q 0 -W 20", DELIVERED);
        memory(
                "wildcard",
                "QoS 0, 1,000 topics, 100 subscribers with + and #",
                "-m wildcard -P 10 -T 1000 -S 100 -s 64 -q 0 -W 50",
                DELIVERED);
        memory(
                "qos1",
                "QoS 1, 10 → 10, 100 unacknowledged each, clean sessions",
                PAIRS + "-q 1 -W 100 -E 1000",
                DELIVERED);
    }

    private void latency() {
        Cast cast = unlessFull(Cast.without(RABBITMQ, "without RabbitMQ, which reaches a third of that rate"));
        add("bus", "QoS 0, 100 applications at 10/s → 100 subscribers", Setting.MEMORY, BUS, LATENCY, cast);
        if (extent == Extent.FULL) {
            String shared = BUS + " --shared";
            add("bus-shared", "the same, each application one connection", Setting.MEMORY, shared, LATENCY, cast);
        }
        memory("qos1-latency", "QoS 1, 10 → 10, 5,000/s", PAIRS + "-q 1 -W 100 -r 5000", LATENCY);
    }

    private void growth() {
        Cast cast = unlessFull(Cast.of("Signalbox and NATS alone", SIGNALBOX, NATS));
        steps(1, extent == Extent.QUICK ? 100 : 10_000)
                .forEach(n -> add(
                        "growth-" + n,
                        "QoS 0, 10 publishers, " + n + " topics with a subscriber each",
                        Setting.MEMORY,
                        "-m pairs -P 10 -S " + n + " -T " + n + " -s 64 -q 0 -W 1000",
                        List.of(Metric.DELIVERED, Metric.COST),
                        cast));
        Cast alone = unlessFull(Cast.of("Signalbox alone", SIGNALBOX));
        steps(extent == Extent.QUICK ? 1_000 : 100_000, extent == Extent.QUICK ? 10_000 : 1_000_000)
                .forEach(n -> add(
                        "retained-" + n,
                        n + " retained messages, then a subscriber of #",
                        Setting.MEMORY,
                        "-m fanin -P 1 -S 1 -s 64 -q 1 -W 1000 --drain 10 --retained -T " + n + " -n " + n,
                        List.of(Metric.DRAINED, Metric.BYSTANDER_PUBLISHING, Metric.BYSTANDER_BEFORE, Metric.BYSTANDER),
                        alone));
    }

    private void disk() {
        add(
                "durable",
                "QoS 1, 10 → 10 persistent sessions, 100 unacknowledged each",
                Setting.DISK,
                PAIRS + "-q 1 -W 100 -E 1000 --persistent",
                DELIVERED,
                Cast.ALL);
        add(
                "offline",
                "QoS 1 to an absent session, which then comes back",
                Setting.DISK,
                "-m pairs -P 1 -S 1 -s 64 -q 1 -W 100 --offline --drain 10 -n "
                        + (extent == Extent.QUICK ? 10_000 : 100_000),
                List.of(Metric.PUBLISHED, Metric.DRAINED),
                Cast.ALL);
    }

    private void fresh() {
        int connections = extent == Extent.QUICK ? 1_000 : 10_000;
        add(
                "idle",
                String.format(Locale.ROOT, "%,d idle connections to a fresh server", connections),
                Setting.FRESH,
                "-P 0 -S 0 --hold 10 --idle " + connections,
                List.of(Metric.READY, Metric.RESIDENT, Metric.CONNECTS, Metric.CONNECTION_KIB),
                unlessFull(Cast.of(
                        "without RabbitMQ and Artemis, which take long to start", SIGNALBOX, MOSQUITTO, NATS, HIVEMQ)));
    }

    private void parts() {
        (extent == Extent.QUICK ? Stream.of(1_000, 10_000) : Stream.of(1_000, 100_000, 1_000_000))
                .forEach(n -> add(
                        "match-" + n,
                        String.format(
                                Locale.ROOT,
                                "routes of a topic among %,d exact subscriptions and a tenth as many with wildcards",
                                n),
                        Setting.PART,
                        Integer.toString(n),
                        List.of(Metric.MATCHED, Metric.MATCHED_COLD, Metric.MATCHED_ANEW, Metric.MATCHED_FIRST),
                        Cast.of("Signalbox's router in JMH", SIGNALBOX)));
    }

    private Cast unlessFull(Cast cast) {
        return extent == Extent.FULL ? Cast.ALL : cast;
    }

    private static Stream<Integer> steps(int from, int to) {
        return IntStream.iterate(from, n -> n <= to, n -> n * 10).boxed();
    }

    private void memory(String id, String title, String arguments, List<Metric> metrics) {
        add(id, title, Setting.MEMORY, arguments, metrics, Cast.ALL);
    }

    private void add(String id, String title, Setting setting, String arguments, List<Metric> metrics, Cast cast) {
        all.add(new Scenario(id, title, setting, arguments, metrics, cast));
    }
}
