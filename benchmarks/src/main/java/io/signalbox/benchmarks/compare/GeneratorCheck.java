package io.signalbox.benchmarks.compare;

import io.signalbox.benchmarks.compare.Scenario.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import tools.jackson.databind.node.ObjectNode;

/** Whether two generators find the same: they load one Signalbox in turn, and their medians are set side by side. */
final class GeneratorCheck {
    private static final double DIFFERENCE_MAX = 0.10;

    private final List<Scenario> scenarios;
    private final Installation places;
    private final Pace pace;
    private final List<RunningBroker> running;

    GeneratorCheck(List<Scenario> scenarios, Installation places, Pace pace, List<RunningBroker> running) {
        this.scenarios = scenarios.stream()
                .filter(s -> s.setting() == Setting.MEMORY || s.setting() == Setting.DISK)
                .filter(s -> !s.arguments().contains("--retained"))
                .toList();
        this.places = places;
        this.pace = pace;
        this.running = running;
    }

    /** @return the exit code: 0 if the medians of all throughputs are within 10 %, else 1 */
    int check(Path program) throws IOException, InterruptedException {
        RunningBroker broker = RunningBroker.start(Broker.SIGNALBOX, places, Setting.DISK, running);
        boolean alike = true;
        System.out.println("| scenario | figure | ours | theirs | ours to theirs |\n| --- | --- | --- | --- | --- |");
        for (Scenario scenario : scenarios) {
            List<ObjectNode> ours = new ArrayList<>();
            List<ObjectNode> theirs = new ArrayList<>();
            Generator.ours().run(pace.discarded(scenario, broker));
            for (int i = 0; i < pace.repeat(); i++) {
                ours.add(Generator.ours().run(pace.arguments(scenario, broker)));
                theirs.add(Generator.program(program).run(pace.arguments(scenario, broker)));
            }
            for (Metric metric : scenario.metrics()) {
                alike &= row(scenario, metric, ours, theirs);
            }
        }
        return alike ? 0 : 1;
    }

    private static boolean row(Scenario scenario, Metric metric, List<ObjectNode> ours, List<ObjectNode> theirs) {
        double[] left = values(metric, ours);
        double[] right = values(metric, theirs);
        if (metric == Metric.COST) {
            return true;
        }
        if (left.length == 0 || right.length == 0) {
            System.out.printf("| %s | %s | failed | | |%n", scenario.id(), metric.title);
            return false;
        }
        Spread a = Spread.of(left);
        Spread b = Spread.of(right);
        double ratio = a.median() / b.median();
        System.out.println(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %.2f |",
                scenario.id(),
                metric.title,
                a.text(metric),
                b.text(metric),
                ratio));
        // Tails differ more than that from one run to the next of the same generator.
        boolean judged = metric.moreIsBetter || metric == Metric.P50;
        return !judged || Math.abs(ratio - 1) <= DIFFERENCE_MAX;
    }

    private static double[] values(Metric metric, List<ObjectNode> lines) {
        return lines.stream()
                .map(metric::of)
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .toArray();
    }
}
