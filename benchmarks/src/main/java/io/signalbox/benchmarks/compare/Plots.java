package io.signalbox.benchmarks.compare;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;

/** The runs as SVG files: throughput, the percentiles of latency, and growth. */
final class Plots {
    private static final int WIDTH = 1_000;
    private static final int HEIGHT = 480;

    private final List<Scenario> scenarios;
    private final List<Broker> brokers;
    private final Runs runs;
    private final Path folder;

    Plots(List<Scenario> scenarios, List<Broker> brokers, Runs runs, Path folder) {
        this.scenarios = scenarios;
        this.brokers = brokers;
        this.runs = runs;
        this.folder = folder;
    }

    void draw() throws IOException {
        Files.createDirectories(folder);
        throughput();
        for (Scenario scenario : scenarios) {
            if (scenario.metrics().contains(Metric.P999)) {
                latency(scenario);
            }
        }
        growth(Metric.DELIVERED);
        growth(Metric.COST);
    }

    private void throughput() throws IOException {
        List<Scenario> shown = scenarios.stream()
                .filter(s -> s.metrics().getFirst() == Metric.DELIVERED && !isGrowth(s))
                .filter(s -> brokers.stream()
                        .anyMatch(b -> runs.spread(s, b, Metric.DELIVERED).isPresent()))
                .toList();
        List<Bars> bars = new ArrayList<>();
        for (Broker broker : brokers) {
            bars.add(new Bars(
                    broker,
                    shown.stream()
                            .map(s -> runs.spread(s, broker, Metric.DELIVERED))
                            .toList()));
        }
        bars(
                "throughput",
                "Deliveries a second",
                "deliveries/s",
                shown.stream().map(Scenario::id).toList(),
                bars);
    }

    private void latency(Scenario scenario) throws IOException {
        List<Metric> metrics = scenario.metrics();
        List<Bars> bars = new ArrayList<>();
        for (Broker broker : brokers) {
            bars.add(new Bars(
                    broker,
                    metrics.stream().map(m -> runs.spread(scenario, broker, m)).toList()));
        }
        List<String> names = metrics.stream().map(m -> m.title).toList();
        bars("latency-" + scenario.id(), scenario.title(), "µs", names, bars);
    }

    /** One for each group, in their order. */
    private record Bars(Broker broker, List<Optional<Spread>> spreads) {
        DoubleStream medians() {
            return spreads.stream()
                    .flatMap(Optional::stream)
                    .mapToDouble(Spread::median)
                    .filter(v -> v > 0);
        }
    }

    private void bars(String file, String title, String unit, List<String> groups, List<Bars> bars) throws IOException {
        OptionalDouble least = bars.stream().flatMapToDouble(Bars::medians).min();
        if (least.isEmpty()) {
            return;
        }
        // A logarithmic axis has no 0; what is missing gets a bar without height.
        double floor = Math.pow(10, Math.floor(Math.log10(least.getAsDouble())));
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .yAxisTitle(unit + ", median")
                .build();
        chart.getStyler().setYAxisLogarithmic(true).setYAxisMin(floor);
        chart.getStyler().setPlotGridVerticalLinesVisible(false);
        plain(chart.getStyler());
        for (Bars some : bars) {
            if (some.medians().findAny().isPresent()) {
                List<Double> heights = some.spreads().stream()
                        .map(s -> s.map(Spread::median).filter(v -> v > 0).orElse(floor))
                        .toList();
                chart.addSeries(some.broker().title, groups, heights);
            }
        }
        save(chart, file);
    }

    private static boolean isGrowth(Scenario scenario) {
        return scenario.id().startsWith("growth-");
    }

    private void growth(Metric metric) throws IOException {
        List<Scenario> steps = scenarios.stream().filter(Plots::isGrowth).toList();
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Growth")
                .xAxisTitle("topics, with a subscriber each")
                .yAxisTitle(metric.title)
                .build();
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
        plain(chart.getStyler());
        for (Broker broker : brokers) {
            List<Double> x = new ArrayList<>();
            List<Double> y = new ArrayList<>();
            for (Scenario step : steps) {
                Optional<Spread> spread = runs.spread(step, broker, metric).filter(s -> s.median() > 0);
                if (spread.isPresent()) {
                    x.add(Double.parseDouble(step.id().substring("growth-".length())));
                    y.add(spread.get().median());
                }
            }
            if (!x.isEmpty()) {
                chart.addSeries(broker.title, x, y);
            }
        }
        save(chart, metric == Metric.COST ? "growth-cost" : "growth");
    }

    /** Solid grid lines too: each dot of a dotted one is a shape of its own in the file. */
    static void plain(AxesChartStyler styler) {
        styler.setPlotGridLinesStroke(new BasicStroke(1)).setYAxisDecimalPattern("#,##0");
        styler.setLegendPosition(LegendPosition.OutsideE).setChartBackgroundColor(Color.WHITE);
    }

    private void save(Chart<?, ?> chart, String name) throws IOException {
        if (!chart.getSeriesMap().isEmpty()) {
            VectorGraphicsEncoder.saveVectorGraphic(chart, folder.resolve(name).toString(), VectorGraphicsFormat.SVG);
        }
    }
}
