package io.signalbox.benchmarks.compare;

import io.signalbox.benchmarks.compare.Ruling.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Holds the figures against the targets. The medians decide; where ranges overlap, a remark says so. */
final class Judge {
    private static final String OVERLAP = "ranges overlap";

    private final Runs runs;

    Judge(Runs runs) {
        this.runs = runs;
    }

    /** @param steps the scenario; of a series all that were to run, in order, at least one */
    Ruling rule(Target target, List<Scenario> steps) {
        Metric metric = target.metric();
        return switch (target.aim()) {
            case Aim.Beside aim -> beside(steps.getLast(), metric, aim);
            case Aim.Within aim -> within(steps.getLast(), metric, aim);
            case Aim.Flat aim -> flat(steps, metric, aim);
        };
    }

    /** What one of them reached. */
    private record Figure(Broker broker, Spread spread) {}

    private Ruling beside(Scenario scenario, Metric metric, Aim.Beside aim) {
        Optional<Spread> measured = figure(scenario, Broker.SIGNALBOX, metric);
        if (measured.isEmpty()) {
            return missing(scenario);
        }
        Spread own = measured.get();
        List<Figure> rivals = figures(scenario, aim.rivals(), metric);
        Optional<Figure> first = best(rivals, metric);
        String absent = aim.rivals().brokers.stream()
                .filter(rival -> rival.takesPartIn(scenario))
                .filter(rival -> rivals.stream().noneMatch(figure -> figure.broker() == rival))
                .map(rival -> rival.title)
                .collect(Collectors.joining(", "));
        if (first.isEmpty()) {
            return Ruling.open(own.text(metric), "no figure of " + absent);
        }
        Figure best = first.get();
        List<String> remarks = faults(scenario);
        boolean met = remarks.isEmpty()
                && aim.rule().holds(own.median(), aim.factor() * best.spread().median());
        if (rivals.stream().anyMatch(rival -> own.meets(rival.spread().times(aim.factor())))) {
            remarks.add(OVERLAP);
        }
        if (!absent.isEmpty()) {
            remarks.add("no figure of " + absent);
        }
        remarks.addAll(apart(List.of(scenario)));
        return new Ruling(own.text(metric), words(scenario, best, metric), ratio(own, best), Verdict.of(met), remarks);
    }

    private Ruling within(Scenario scenario, Metric metric, Aim.Within aim) {
        Optional<Spread> measured = figure(scenario, Broker.SIGNALBOX, metric);
        if (measured.isEmpty()) {
            return missing(scenario);
        }
        Spread own = measured.get();
        List<String> remarks = faults(scenario);
        boolean met = remarks.isEmpty() && aim.rule().holds(own.median(), aim.bound());
        if (aim.rule().holds(own.least(), aim.bound()) != aim.rule().holds(own.most(), aim.bound())) {
            remarks.add("the bound is within the range");
        }
        remarks.addAll(apart(List.of(scenario)));
        Optional<Figure> best = best(figures(scenario, Aim.Rivals.EVERY, metric), metric);
        return new Ruling(
                own.text(metric),
                best.map(figure -> words(scenario, figure, metric)).orElse(Ruling.NOTHING),
                best.map(figure -> ratio(own, figure)).orElse(Ruling.NOTHING),
                Verdict.of(met),
                remarks);
    }

    private Ruling flat(List<Scenario> steps, Metric metric, Aim.Flat aim) {
        List<Spread> all = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        for (Scenario step : steps) {
            Optional<Spread> measured = figure(step, Broker.SIGNALBOX, metric);
            if (measured.isEmpty()) {
                return missing(step);
            }
            all.add(measured.get());
            remarks.addAll(faults(step));
        }
        String own = all.stream().map(s -> s.text(metric)).collect(Collectors.joining(" → "));
        if (all.size() < 2) {
            return Ruling.open(own, "one step alone has no course");
        }
        Spread most = all.stream().max(Comparator.comparing(Spread::median)).orElseThrow();
        Spread least = all.stream().min(Comparator.comparing(Spread::median)).orElseThrow();
        double ratio = most.median() / least.median();
        boolean met = remarks.isEmpty() && ratio <= aim.factor();
        if (most.meets(least.times(aim.factor()))) {
            remarks.add(OVERLAP);
        }
        remarks.addAll(apart(steps));
        return new Ruling(own, Ruling.NOTHING, times(ratio), Verdict.of(met), remarks);
    }

    /** What was not measured, or came to nothing, is none. */
    private Optional<Spread> figure(Scenario scenario, Broker broker, Metric metric) {
        return runs.spread(scenario, broker, metric).filter(spread -> spread.median() > 0);
    }

    private Ruling missing(Scenario scenario) {
        boolean ran = runs.lines(scenario, Broker.SIGNALBOX).stream().anyMatch(line -> line.has("error"));
        return Ruling.open(Ruling.NOTHING, ran ? "the runs of Signalbox failed" : "not measured");
    }

    private List<Figure> figures(Scenario scenario, Aim.Rivals rivals, Metric metric) {
        return rivals.brokers.stream()
                .flatMap(rival -> figure(scenario, rival, metric).map(spread -> new Figure(rival, spread)).stream())
                .toList();
    }

    private static Optional<Figure> best(List<Figure> figures, Metric metric) {
        Comparator<Figure> byMedian =
                Comparator.comparing(figure -> figure.spread().median());
        return figures.stream().max(metric.moreIsBetter ? byMedian : byMedian.reversed());
    }

    private List<String> apart(List<Scenario> steps) {
        return steps.stream()
                .flatMap(step -> runs.apart(step, Broker.SIGNALBOX).stream())
                .distinct()
                .toList();
    }

    /** What Signalbox lost or disturbed: no figure makes up for it. */
    private List<String> faults(Scenario scenario) {
        List<String> remarks = new ArrayList<>();
        String faults = faults(scenario, Broker.SIGNALBOX);
        if (!faults.isEmpty()) {
            remarks.add("Signalbox had " + faults);
        }
        long failed = runs.lines(scenario, Broker.SIGNALBOX).stream()
                .filter(line -> line.has("error"))
                .count();
        if (failed > 0) {
            remarks.add(failed + " of its runs failed");
        }
        return remarks;
    }

    private String faults(Scenario scenario, Broker broker) {
        return Fault.JUDGED.stream()
                .filter(fault -> runs.sum(scenario, broker, fault.field()) > 0)
                .map(fault -> fault.words(runs.sum(scenario, broker, fault.field())))
                .collect(Collectors.joining(", "));
    }

    private String words(Scenario scenario, Figure figure, Metric metric) {
        String faults = faults(scenario, figure.broker());
        String words = figure.broker().title + " " + figure.spread().text(metric);
        return faults.isEmpty() ? words : words + ", with " + faults;
    }

    private static String ratio(Spread own, Figure other) {
        return times(own.median() / other.spread().median());
    }

    private static String times(double value) {
        return String.format(Locale.ROOT, "%.2f ×", value);
    }
}
