package io.signalbox.benchmarks.compare;

import io.signalbox.benchmarks.compare.Scenario.Setting;
import io.signalbox.benchmarks.load.ProcessFigures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs the scenarios: all brokers stand, one is measured at a time, and each repetition begins with another one, so
 * that what the machine does meanwhile is nobody's fate.
 */
final class Comparison {
    /** A fresh process gives back what its start took. */
    private static final long SETTLE_SECONDS = 3;

    private final Installation places;
    private final Pace pace;
    private final Generator generator;
    private final Runs runs;
    private final List<RunningBroker> running;

    /** @param running where all that runs is noted, for whoever ends it */
    Comparison(Installation places, Pace pace, Generator generator, Runs runs, List<RunningBroker> running) {
        this.places = places;
        this.pace = pace;
        this.generator = generator;
        this.runs = runs;
        this.running = running;
    }

    void run(List<Scenario> scenarios, List<Broker> brokers) throws IOException, InterruptedException {
        for (Setting setting : Setting.values()) {
            List<Scenario> those =
                    scenarios.stream().filter(s -> s.setting() == setting).toList();
            if (those.isEmpty()) {
                continue;
            }
            if (setting == Setting.FRESH) {
                for (Scenario scenario : those) {
                    fresh(scenario, brokers);
                }
            } else {
                together(setting, those, brokers);
            }
        }
    }

    private void together(Setting setting, List<Scenario> scenarios, List<Broker> brokers)
            throws IOException, InterruptedException {
        List<RunningBroker> standing = new ArrayList<>();
        for (Broker broker : brokers) {
            if (scenarios.stream().anyMatch(broker::takesPartIn)) {
                say("starting " + broker.title);
                standing.add(RunningBroker.start(broker, places, setting, running));
            }
        }
        for (Scenario scenario : scenarios) {
            List<RunningBroker> turn = new ArrayList<>(standing.stream()
                    .filter(b -> b.broker.takesPartIn(scenario))
                    .toList());
            for (RunningBroker broker : turn) {
                generator.run(pace.discarded(scenario, broker));
            }
            for (int i = 0; i < pace.repeat(); i++) {
                for (RunningBroker broker : turn) {
                    ObjectNode line = generator.run(pace.arguments(scenario, broker));
                    keep(scenario, broker.broker, i, line);
                }
                Collections.rotate(turn, -1);
            }
        }
        for (RunningBroker broker : standing.reversed()) {
            broker.close();
            running.remove(broker);
        }
    }

    private void fresh(Scenario scenario, List<Broker> brokers) throws IOException, InterruptedException {
        // The first start of all warms up the generator alone, and is thrown away.
        for (int i = -1; i < pace.repeat(); i++) {
            List<Broker> turn = i < 0 ? brokers.subList(0, 1) : brokers;
            for (Broker name : turn) {
                if (!name.takesPartIn(scenario)) {
                    continue;
                }
                try (RunningBroker broker = RunningBroker.start(name, places, Setting.FRESH, running)) {
                    TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
                    double residentMib = ProcessFigures.residentKib(broker.pid()) / 1024.0;
                    ObjectNode line = generator.run(pace.arguments(scenario, broker));
                    line.put("ready_us", broker.readyNanos() / 1e3).put("resident_mib", residentMib);
                    if (i >= 0) {
                        keep(scenario, name, i, line);
                    }
                    running.remove(broker);
                }
            }
        }
    }

    private void keep(Scenario scenario, Broker broker, int repetition, ObjectNode line) throws IOException {
        runs.add(scenario, broker, repetition, line);
        StringBuilder text =
                new StringBuilder(scenario.id() + ", " + broker.title + ", run " + (repetition + 1) + ": ");
        if (line.has("error")) {
            text.append(line.path("error").asString());
        } else {
            scenario.metrics()
                    .forEach(metric -> metric.of(line)
                            .ifPresent(v -> text.append(metric.title)
                                    .append(' ')
                                    .append(metric.format(v))
                                    .append("; ")));
            text.append("generator ").append(line.path("gen_cpu_pct").asInt(0)).append(" % of a core");
        }
        say(text.toString());
    }

    private static void say(String text) {
        System.err.println("compare: " + text);
    }
}
