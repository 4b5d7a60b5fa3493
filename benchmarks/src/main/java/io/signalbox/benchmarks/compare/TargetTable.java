package io.signalbox.benchmarks.compare;

import java.util.List;
import java.util.stream.Collectors;

/** The targets, one row each, as Markdown. */
final class TargetTable {
    private final List<Scenario> scenarios;
    private final Runs runs;
    private final Judge judge;

    TargetTable(List<Scenario> scenarios, Runs runs) {
        this.scenarios = scenarios;
        this.runs = runs;
        this.judge = new Judge(runs);
    }

    /** @return without rows for what was not to be measured */
    String markdown() {
        StringBuilder text = new StringBuilder("""
                ## Targets

                Median (least–most). The ratio is Signalbox's median to that of the peer beside it; of a series, its \
                largest to its smallest. The medians decide. Where ranges overlap (the peer's times the factor of the \
                target), another day may decide otherwise. Busy: Signalbox and the load generator, in percent of one core, \
                while the figure was measured.

                | scenario | figure | target | Signalbox | busy | beside | ratio | |
                | --- | --- | --- | --- | --- | --- | --- | --- |
                """);
        for (Target target : Target.ALL) {
            List<Scenario> steps = scenarios.stream()
                    .filter(s -> s.belongsTo(target.scenario()))
                    .toList();
            if (!steps.isEmpty()) {
                Ruling ruling = judge.rule(target, steps);
                text.append("| ")
                        .append(String.join(
                                " | ",
                                steps.getLast().row(),
                                figure(target, steps),
                                target.aim().words(target.metric()),
                                ruling.own(),
                                busy(target, steps.getLast()),
                                ruling.beside(),
                                ruling.ratio(),
                                ruling.words()))
                        .append(" |\n");
            }
        }
        return text.toString();
    }

    private String busy(Target target, Scenario scenario) {
        return target.metric().hasProcessorTime()
                ? runs.processor(scenario, Broker.SIGNALBOX).orElse(Ruling.NOTHING)
                : Ruling.NOTHING;
    }

    private static String figure(Target target, List<Scenario> steps) {
        return target.aim() instanceof Aim.Flat
                ? target.metric().title + ", "
                        + steps.stream().map(s -> Integer.toString(s.step())).collect(Collectors.joining(" → "))
                : target.metric().title;
    }
}
