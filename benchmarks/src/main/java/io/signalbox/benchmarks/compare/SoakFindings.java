package io.signalbox.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import tools.jackson.databind.JsonNode;

/**
 * The samples of a soak: each on disk at once, at the end drawn and judged. What is said of them is kept beside them,
 * in {@code soak.txt}.
 */
final class SoakFindings {
    /** The first part of the time, in which code and buffers find their size, is not judged. */
    private static final double JUDGED_FROM = 0.2;

    private static final int PARTS = 5;

    static final double MEMORY_GROWTH_MAX = 0.05;
    private static final double DESCRIPTOR_GROWTH_MAX = 0.05;

    /** Tails scatter more than memory does. */
    private static final double LATENCY_GROWTH_MAX = 0.20;

    private final Path folder;
    private final Path csv;
    private final Path text;
    private final List<SoakSample> samples = new ArrayList<>();

    /** Begins {@code soak.csv} and {@code soak.txt} anew. */
    SoakFindings(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.csv = folder.resolve("soak.csv");
        Files.writeString(csv, SoakSample.HEADER + "\n");
        this.text = folder.resolve("soak.txt");
        Files.writeString(text, "");
    }

    void add(SoakSample sample) throws IOException {
        samples.add(sample);
        Files.writeString(csv, sample.csv() + "\n", StandardOpenOption.APPEND);
    }

    /** On the terminal, and in the file that stays. */
    void say(String line) throws IOException {
        System.out.println(line);
        Files.writeString(text, line + "\n", StandardOpenOption.APPEND);
    }

    /** @param run the line of one of the soak's runs @return whether the server did nothing to its messages */
    boolean whole(String what, JsonNode run) throws IOException {
        List<String> faults = Fault.in(run);
        say(what + ": " + (faults.isEmpty() ? "no message lost or disturbed" : "FAULTS: " + String.join(", ", faults)));
        return faults.isEmpty();
    }

    /** Without a sample there is nothing to draw. */
    void draw() throws IOException {
        if (samples.isEmpty()) {
            return;
        }
        double[] minutesAt =
                Arrays.stream(column(SoakSample::seconds)).map(s -> s / 60).toArray();
        XYChart chart = new XYChartBuilder()
                .width(1_000)
                .height(480)
                .title("Soak at half the greatest rate")
                .xAxisTitle("minutes")
                .build();
        chart.setYAxisGroupTitle(0, "MiB");
        chart.setYAxisGroupTitle(1, "µs");
        Plots.plain(chart.getStyler());
        chart.getStyler().setMarkerSize(0);
        chart.addSeries("resident", minutesAt, column(SoakSample::residentMib));
        chart.addSeries("heap", minutesAt, column(SoakSample::heapMib));
        chart.addSeries("old generation", minutesAt, column(SoakSample::oldMib));
        chart.addSeries("p99.9", minutesAt, column(SoakSample::p999Us)).setYAxisGroup(1);
        VectorGraphicsEncoder.saveVectorGraphic(chart, folder.resolve("soak").toString(), VectorGraphicsFormat.SVG);
    }

    private double[] column(ToDoubleFunction<SoakSample> value) {
        return samples.stream().mapToDouble(value).toArray();
    }

    /** Says what the samples show. @param minutes of the soak @return whether nothing grows */
    boolean flat(double minutes) throws IOException {
        return delivering()
                & judge(minutes, "resident memory", SoakSample::residentMib, "MiB", MEMORY_GROWTH_MAX)
                & judge(minutes, "descriptors", SoakSample::descriptors, "open", DESCRIPTOR_GROWTH_MAX)
                & judge(minutes, "latency, 99.9 %", SoakSample::p999Us, "µs", LATENCY_GROWTH_MAX);
    }

    /** An interval in which nothing came has no latency that could grow. */
    private boolean delivering() throws IOException {
        long still = samples.stream().filter(sample -> sample.deliveries() == 0).count();
        if (still > 0) {
            say("NOTHING WAS DELIVERED in " + still + " of " + samples.size() + " intervals");
        }
        return still == 0;
    }

    private boolean judge(
            double minutes, String what, ToDoubleFunction<SoakSample> value, String unit, double growthMax)
            throws IOException {
        List<SoakSample> judged = samples.subList((int) (samples.size() * JUDGED_FROM), samples.size());
        if (judged.size() < 2) {
            say(what + ": NOT JUDGED, the interval is too long for the soak");
            return false;
        }
        double[] seconds = judged.stream().mapToDouble(SoakSample::seconds).toArray();
        double[] values = judged.stream().mapToDouble(value).toArray();
        Slope slope = Slope.of(seconds, values);
        double growth = slope.growth(minutes * 60);
        double step = step(values);
        boolean flat = growth <= growthMax && step <= growthMax;
        say(String.format(
                Locale.ROOT,
                "%s: median %.1f %s, %+.2f %s per hour, %+.1f %% over the soak, %+.1f %% from its beginning to its end: %s",
                what,
                slope.median(),
                unit,
                slope.perSecond() * 3_600,
                unit,
                growth * 100,
                step * 100,
                flat ? "flat" : "GROWS (more than " + Math.round(growthMax * 100) + " %)"));
        return flat;
    }

    /** What a trend does not see is what comes at the end: the medians of the last part and of the first. */
    private static double step(double[] values) {
        int part = Math.max(1, values.length / PARTS);
        double first = median(Arrays.copyOf(values, part));
        return first == 0 ? 0 : median(Arrays.copyOfRange(values, values.length - part, values.length)) / first - 1;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
