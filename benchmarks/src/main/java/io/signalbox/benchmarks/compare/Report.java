package io.signalbox.benchmarks.compare;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The runs as Markdown. */
final class Report {
    private final List<Scenario> scenarios;
    private final List<Broker> brokers;
    private final Runs runs;

    Report(List<Scenario> scenarios, List<Broker> brokers, Runs runs) {
        this.scenarios = scenarios;
        this.brokers = brokers;
        this.runs = runs;
    }

    String markdown() {
        StringBuilder text = new StringBuilder("## All figures\n\n");
        row(text, "scenario", "figure", titles(), "Signalbox to the best");
        text.append("| --- | --- |").append(" --- |".repeat(brokers.size() + 1)).append('\n');
        for (Scenario scenario : scenarios) {
            for (Metric metric : scenario.metrics()) {
                row(
                        text,
                        scenario.row(),
                        metric.title,
                        brokers.stream().map(b -> cell(scenario, b, metric)).collect(Collectors.joining(" | ")),
                        ratio(scenario, metric));
            }
            if (brokers.stream().anyMatch(b -> runs.processor(scenario, b).isPresent())) {
                row(
                        text,
                        scenario.row(),
                        "processor, server + generator, % of a core",
                        brokers.stream()
                                .map(b -> runs.processor(scenario, b).orElse(Ruling.NOTHING))
                                .collect(Collectors.joining(" | ")),
                        Ruling.NOTHING);
            }
        }
        text.append("\nOver all runs:\n\n| broker | ")
                .append(Fault.ALL.stream().map(Fault::title).collect(Collectors.joining(" | ")))
                .append(" |\n| --- |")
                .append(" --- |".repeat(Fault.ALL.size()))
                .append('\n');
        for (Broker broker : brokers) {
            text.append("| ").append(broker.title);
            Fault.ALL.forEach(fault -> text.append(" | ").append(runs.sum(broker, fault.field())));
            text.append(" |\n");
        }
        List<String> errors = runs.errors();
        if (!errors.isEmpty()) {
            text.append("\nRuns that failed:\n\n");
            errors.forEach(error -> text.append("- ")
                    .append(error.lines().findFirst().orElse(""))
                    .append('\n'));
        }
        return text.toString();
    }

    private String titles() {
        return brokers.stream().map(b -> b.title).collect(Collectors.joining(" | "));
    }

    private static void row(StringBuilder text, String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private String cell(Scenario scenario, Broker broker, Metric metric) {
        Optional<Spread> spread = runs.spread(scenario, broker, metric);
        if (spread.isPresent()) {
            return spread.get().text(metric);
        }
        return runs.lines(scenario, broker).isEmpty() ? "–" : "failed";
    }

    /** Above 1: Signalbox is better than every peer. */
    private String ratio(Scenario scenario, Metric metric) {
        Optional<Spread> own = runs.spread(scenario, Broker.SIGNALBOX, metric);
        Comparator<Double> better = metric.moreIsBetter ? Comparator.naturalOrder() : Comparator.reverseOrder();
        Optional<Double> best = brokers.stream()
                .filter(b -> b != Broker.SIGNALBOX)
                .flatMap(b -> runs.spread(scenario, b, metric).stream())
                .map(Spread::median)
                .max(better);
        if (own.isEmpty() || best.isEmpty() || own.get().median() <= 0 || best.get() <= 0) {
            return "–";
        }
        double ratio = own.get().median() / best.get();
        return String.format(Locale.ROOT, "%.2f ×", metric.moreIsBetter ? ratio : 1 / ratio);
    }
}
