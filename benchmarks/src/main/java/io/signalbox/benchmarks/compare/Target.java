package io.signalbox.benchmarks.compare;

import static io.signalbox.benchmarks.compare.Aim.Rivals.ARTEMIS;
import static io.signalbox.benchmarks.compare.Aim.Rivals.EVERY;
import static io.signalbox.benchmarks.compare.Aim.Rivals.MOSQUITTO;
import static io.signalbox.benchmarks.compare.Aim.Rivals.NATS;
import static io.signalbox.benchmarks.compare.Aim.Rivals.NATS_CORE;
import static io.signalbox.benchmarks.compare.Aim.Rivals.OVER_MQTT;
import static io.signalbox.benchmarks.compare.Aim.Rule.AT_LEAST;
import static io.signalbox.benchmarks.compare.Aim.Rule.AT_MOST;
import static io.signalbox.benchmarks.compare.Aim.Rule.LESS;

import io.signalbox.benchmarks.compare.Aim.Beside;
import io.signalbox.benchmarks.compare.Aim.Flat;
import io.signalbox.benchmarks.compare.Aim.Within;
import java.util.List;

/**
 * One aim of the project for its speed.
 *
 * @param scenario its id; of a series ({@code growth-}) all steps if the aim is flatness, else the last one
 */
record Target(String scenario, Metric metric, Aim aim) {
    /** 120 MB. */
    private static final double RESIDENT_MIB_MAX = 120e6 / (1 << 20);

    static final List<Target> ALL = List.of(
            new Target("pairs", Metric.DELIVERED, new Beside(AT_LEAST, 1.5, OVER_MQTT)),
            new Target("pairs", Metric.DELIVERED, new Beside(AT_LEAST, 1, NATS_CORE)),
            new Target("fan", Metric.DELIVERED, new Beside(AT_LEAST, 1.5, OVER_MQTT)),
            new Target("fan", Metric.DELIVERED, new Beside(AT_LEAST, 1, NATS_CORE)),
            new Target("fan-1k", Metric.DELIVERED, new Beside(AT_LEAST, 1.5, OVER_MQTT)),
            new Target("fan-1k", Metric.DELIVERED, new Beside(AT_LEAST, 1, NATS_CORE)),
            new Target("wildcard", Metric.DELIVERED, new Beside(AT_LEAST, 1.5, OVER_MQTT)),
            new Target("qos1", Metric.DELIVERED, new Beside(AT_LEAST, 1.5, OVER_MQTT)),
            new Target("durable", Metric.DELIVERED, new Beside(AT_LEAST, 2, ARTEMIS)),
            new Target("durable", Metric.DELIVERED, new Beside(AT_LEAST, 1, MOSQUITTO)),
            new Target("offline", Metric.PUBLISHED, new Beside(AT_LEAST, 2, ARTEMIS)),
            new Target("offline", Metric.PUBLISHED, new Beside(AT_LEAST, 1, NATS)),
            new Target("offline", Metric.DRAINED, new Beside(AT_LEAST, 1, MOSQUITTO)),
            new Target("bus", Metric.P50, new Beside(LESS, 1, EVERY)),
            new Target("bus", Metric.P99, new Beside(LESS, 1, EVERY)),
            new Target("bus", Metric.P999, new Beside(LESS, 1, EVERY)),
            new Target("qos1-latency", Metric.P50, new Beside(AT_MOST, 1.5, MOSQUITTO)),
            new Target("qos1-latency", Metric.P99, new Beside(LESS, 1, EVERY)),
            new Target("qos1-latency", Metric.P999, new Beside(LESS, 1, EVERY)),
            new Target("idle", Metric.CONNECTS, new Beside(AT_LEAST, 1, MOSQUITTO)),
            new Target("idle", Metric.CONNECTION_KIB, new Within(AT_MOST, 6)),
            new Target("idle", Metric.READY, new Within(LESS, 500_000)),
            new Target("idle", Metric.RESIDENT, new Within(LESS, RESIDENT_MIB_MAX)),
            new Target("retained-", Metric.BYSTANDER, new Within(AT_MOST, 10_000)),
            new Target("retained-", Metric.DRAINED, new Flat(1.5)),
            new Target("match-", Metric.MATCHED, new Flat(2)),
            new Target("match-", Metric.MATCHED_COLD, new Flat(2)),
            new Target("match-", Metric.MATCHED_ANEW, new Flat(2)),
            new Target("match-", Metric.MATCHED_FIRST, new Flat(2)),
            new Target("growth-", Metric.COST, new Flat(1.5)));
}
