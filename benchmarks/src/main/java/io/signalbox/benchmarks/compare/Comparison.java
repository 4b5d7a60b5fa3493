package io.signalbox.benchmarks.compare;

import io.signalbox.benchmarks.compare.Scenario.Setting;
import io.signalbox.benchmarks.load.ProcessFigures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs the scenarios: all brokers stand, one is measured at a time, and each repetition begins with another one, so
 * that what the machine does meanwhile is nobody's fate.
 */
final class Comparison {
    /** A fresh process gives back what its start took; ours looks every five seconds. */
    private static final long SETTLE_SECONDS = 7;

    private final Installation places;
    private final Pace pace;
    private final Generator generator;
    private final Runs runs;
    private final List<RunningBroker> running;
    private final Progress progress;

    /** Is told after each scenario, before the next one runs. */
    interface Progress {
        void scenarioDone() throws IOException;
    }

    /** @param running where all that runs is noted, for whoever ends it */
    Comparison(
            Installation places,
            Pace pace,
            Generator generator,
            Runs runs,
            List<RunningBroker> running,
            Progress progress) {
        this.places = places;
        this.pace = pace;
        this.generator = generator;
        this.runs = runs;
        this.running = running;
        this.progress = progress;
    }

    void run(List<Scenario> scenarios, List<Broker> brokers) throws IOException, InterruptedException {
        for (Setting setting : Setting.values()) {
            Predicate<Scenario> here =
                    s -> s.setting() == setting && brokers.stream().anyMatch(b -> b.takesPartIn(s));
            List<Scenario> those = scenarios.stream().filter(here).toList();
            if (those.isEmpty()) {
                continue;
            }
            switch (setting) {
                case MEMORY, DISK -> together(setting, those, brokers);
                case FRESH -> {
                    for (Scenario scenario : those) {
                        fresh(scenario, brokers);
                        progress.scenarioDone();
                    }
                }
                case PART -> {
                    for (Scenario scenario : those) {
                        part(scenario);
                        progress.scenarioDone();
                    }
                }
            }
        }
    }

    private void part(Scenario scenario) throws IOException {
        int repetition = 0;
        for (ObjectNode line : MatchTime.measure(scenario, pace.repeat())) {
            keep(scenario, Broker.SIGNALBOX, repetition++, line);
        }
    }

    private void together(Setting setting, List<Scenario> scenarios, List<Broker> brokers)
            throws IOException, InterruptedException {
        List<RunningBroker> standing = new ArrayList<>();
        for (Broker broker : brokers) {
            if (scenarios.stream().anyMatch(broker::takesPartIn)) {
                say("starting " + broker.title);
                try {
                    standing.add(RunningBroker.start(broker, places, setting, running));
                } catch (IOException e) {
                    List<Scenario> its =
                            scenarios.stream().filter(broker::takesPartIn).toList();
                    absent(broker, its, 0, e);
                }
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
                    keep(scenario, broker.broker, i, measured(pace.arguments(scenario, broker)));
                }
                Collections.rotate(turn, -1);
            }
            progress.scenarioDone();
        }
        for (RunningBroker broker : standing.reversed()) {
            broker.close();
            running.remove(broker);
        }
    }

    private void fresh(Scenario scenario, List<Broker> brokers) throws IOException, InterruptedException {
        // The first start of all warms up the generator alone, and is thrown away.
        for (int i = -1; i < pace.repeat(); i++) {
            List<Broker> takingPart =
                    brokers.stream().filter(b -> b.takesPartIn(scenario)).toList();
            for (Broker name : i < 0 ? takingPart.subList(0, 1) : takingPart) {
                try (RunningBroker broker = RunningBroker.start(name, places, Setting.FRESH, running)) {
                    TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
                    double residentMib = ProcessFigures.residentKib(broker.pid()) / 1024.0;
                    ObjectNode line = measured(pace.arguments(scenario, broker));
                    line.put("ready_us", broker.readyNanos() / 1e3).put("resident_mib", residentMib);
                    if (i >= 0) {
                        keep(scenario, name, i, line);
                    }
                    running.remove(broker);
                } catch (IOException e) {
                    absent(name, List.of(scenario), Math.max(i, 0), e);
                }
            }
        }
    }

    /** A peer that does not start costs its own figures alone. */
    private void absent(Broker broker, List<Scenario> scenarios, int repetition, IOException why) throws IOException {
        if (broker == Broker.SIGNALBOX) {
            throw why;
        }
        for (Scenario scenario : scenarios) {
            keep(scenario, broker, repetition, Generator.error(String.valueOf(why.getMessage())));
        }
    }

    /** Its line also says how long it took with all around it, which tells where the time of a comparison goes. */
    private ObjectNode measured(List<String> arguments) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        ObjectNode line = generator.run(arguments);
        return line.put("took_s", Math.round((System.nanoTime() - begun) / 1e8) / 10.0);
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
