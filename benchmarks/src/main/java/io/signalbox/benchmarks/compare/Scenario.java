package io.signalbox.benchmarks.compare;

import static io.signalbox.benchmarks.compare.Metric.BYSTANDER;
import static io.signalbox.benchmarks.compare.Metric.BYSTANDER_BEFORE;
import static io.signalbox.benchmarks.compare.Metric.CONNECTION_KIB;
import static io.signalbox.benchmarks.compare.Metric.CONNECTS;
import static io.signalbox.benchmarks.compare.Metric.COST;
import static io.signalbox.benchmarks.compare.Metric.DELIVERED;
import static io.signalbox.benchmarks.compare.Metric.DRAINED;
import static io.signalbox.benchmarks.compare.Metric.P50;
import static io.signalbox.benchmarks.compare.Metric.P99;
import static io.signalbox.benchmarks.compare.Metric.P999;
import static io.signalbox.benchmarks.compare.Metric.PUBLISHED;
import static io.signalbox.benchmarks.compare.Metric.READY;
import static io.signalbox.benchmarks.compare.Metric.RESIDENT;

import java.util.ArrayList;
import java.util.List;

/**
 * One row of the comparison.
 *
 * @param arguments of the load generator
 */
record Scenario(String id, String title, Setting setting, String arguments, List<Metric> metrics) {
    /** How the brokers are started for it. */
    enum Setting {
        /** All at once, without a disk where they can be told so. */
        MEMORY,
        /** All at once, with their stores on disk. */
        DISK,
        /** Each by itself, anew for each run. */
        FRESH
    }

    private static final String PAIRS = "-m pairs -P 10 -S 10 -s 64 ";

    private static final List<Metric> LATENCY = List.of(P50, P99, P999);

    static List<Scenario> all(boolean quick) {
        List<Scenario> all = new ArrayList<>(List.of(
                memory("pairs", "QoS 0, 10 → 10, 64 B, 1,000 on the way each", PAIRS + "-q 0 -W 1000", DELIVERED),
                memory("fan", "QoS 0, 1 → 500, 64 B", "-m fanout -P 1 -S 500 -s 64 -q 0 -W 20", DELIVERED),
                memory("fan-1k", "QoS 0, 1 → 500, 1 KiB", "-m fanout -P 1 -S 500 -s 1024 -q 0 -W 20", DELIVERED),
                memory(
                        "wildcard",
                        "QoS 0, 1,000 topics, 100 subscribers with + and #",
                        "-m wildcard -P 10 -T 1000 -S 100 -s 64 -q 0 -W 50",
                        DELIVERED),
                memory(
                        "qos1",
                        "QoS 1, 10 → 10, 100 unacknowledged each, clean sessions",
                        PAIRS + "-q 1 -W 100 -E 1000",
                        DELIVERED),
                new Scenario(
                        "bus",
                        "QoS 0, 100 applications at 10/s → 100 subscribers, open loop",
                        Setting.MEMORY,
                        "-m fanout -P 100 -S 100 -s 64 -q 0 -r 1000",
                        LATENCY),
                new Scenario(
                        "bus-shared",
                        "the same, each application one connection",
                        Setting.MEMORY,
                        "-m fanout -P 100 -S 100 -s 64 -q 0 -r 1000 --shared",
                        LATENCY),
                new Scenario(
                        "qos1-latency",
                        "QoS 1, 10 → 10, 5,000/s, open loop",
                        Setting.MEMORY,
                        PAIRS + "-q 1 -W 100 -r 5000",
                        LATENCY)));
        for (int n = 1; n <= (quick ? 100 : 10_000); n *= 10) {
            all.add(memory(
                    "growth-" + n,
                    "QoS 0, 10 publishers, " + n + " topics with a subscriber each",
                    "-m pairs -P 10 -S " + n + " -T " + n + " -s 64 -q 0 -W 1000",
                    DELIVERED,
                    COST));
        }
        for (int n = quick ? 1_000 : 100_000; n <= (quick ? 10_000 : 1_000_000); n *= 10) {
            all.add(memory(
                    "retained-" + n,
                    n + " retained messages, then a subscriber of #",
                    "-m fanin -P 1 -S 1 -s 64 -q 1 -W 1000 --drain 10 --retained -T " + n + " -n " + n,
                    DRAINED,
                    BYSTANDER_BEFORE,
                    BYSTANDER));
        }
        all.add(new Scenario(
                "durable",
                "QoS 1, 10 → 10 persistent sessions, 100 unacknowledged each",
                Setting.DISK,
                PAIRS + "-q 1 -W 100 -E 1000 --persistent",
                List.of(DELIVERED)));
        all.add(new Scenario(
                "offline",
                "QoS 1 to an absent session, which then comes back",
                Setting.DISK,
                "-m pairs -P 1 -S 1 -s 64 -q 1 -W 100 --offline --drain 10 -n " + (quick ? 10_000 : 100_000),
                List.of(PUBLISHED, DRAINED)));
        all.add(new Scenario(
                "idle",
                (quick ? "1,000" : "10,000") + " idle connections to a fresh server",
                Setting.FRESH,
                "-P 0 -S 0 --hold 10 --idle " + (quick ? 1_000 : 10_000),
                List.of(READY, RESIDENT, CONNECTS, CONNECTION_KIB)));
        return all;
    }

    private static Scenario memory(String id, String title, String arguments, Metric... metrics) {
        return new Scenario(id, title, Setting.MEMORY, arguments, List.of(metrics));
    }

    boolean timed() {
        return !arguments.contains(" -n ") && setting != Setting.FRESH;
    }

    /** Whether NATS's own protocol has a word for it. */
    boolean atMostOnce() {
        return arguments.contains("-q 0");
    }
}
