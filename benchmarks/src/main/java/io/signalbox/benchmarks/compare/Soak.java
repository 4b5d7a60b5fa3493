package io.signalbox.benchmarks.compare;

import io.signalbox.benchmarks.compare.Scenario.Setting;
import io.signalbox.benchmarks.load.LoadRun;
import io.signalbox.benchmarks.load.Plan;
import io.signalbox.benchmarks.load.ProcessFigures;
import io.signalbox.benchmarks.load.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "benchmarks/soak",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Loads a Signalbox at half its greatest rate for long, and says whether anything grows.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:flat, and nothing lost", "1:something grows, or messages were lost", "69:it did not start"})
final class Soak implements Callable<Integer> {
    /** The first part of the time, in which code and buffers find their size, is not judged. */
    private static final double JUDGED_FROM = 0.2;

    private static final double MEMORY_GROWTH_MAX = 0.05;

    /** Tails scatter more than memory does. */
    private static final double LATENCY_GROWTH_MAX = 0.20;

    @Option(names = "--minutes", paramLabel = "N", defaultValue = "30", description = "How long (default: 30).")
    private double minutes;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "Per sample (default: 10).")
    private double intervalSeconds;

    @Option(
            names = "--load",
            paramLabel = "OPTIONS",
            defaultValue = "-m pairs -P 10 -S 10 -s 64 -q 1 -W 1000",
            description = "Of the load generator (default: ${DEFAULT-VALUE}).")
    private String load = "";

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Messages/s; 0: half of the greatest.")
    private double rate;

    @Option(names = "--output", paramLabel = "FOLDER", description = "For soak.csv and soak.svg.")
    private Path output = Path.of("docs/performance");

    @Option(names = "--root", hidden = true)
    private Path root = Path.of("");

    @Option(names = "--peers", hidden = true)
    private Path peers = Path.of("benchmarks/target/peers");

    private final List<RunningBroker> running = new CopyOnWriteArrayList<>();
    private final List<SoakSample> samples = new ArrayList<>();
    private @Nullable IOException failure;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Soak()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> running.forEach(RunningBroker::close)));
        Installation places = new Installation(root.toAbsolutePath(), peers.toAbsolutePath());
        try (RunningBroker broker = RunningBroker.start(Broker.SIGNALBOX, places, Setting.DISK, running);
                HeapMetrics metrics = new HeapMetrics(broker.start.nativePort())) {
            double greatest = greatestRate(broker); // asked in any case: it warms the server up
            double chosen = rate > 0 ? rate : greatest / 2;
            System.err.printf(Locale.ROOT, "soak: %,.0f messages/s for %.1f minutes%n", chosen, minutes);
            double before = Jcmd.liveMib(broker.pid());
            Result result = soak(broker, metrics, chosen);
            System.out.println(result.text());
            boolean flat = write(result);
            if (failure != null) {
                throw failure; // The server is gone, most likely; what was seen until then is on disk.
            }
            flat &= live(before, Jcmd.liveMib(broker.pid()));
            running.remove(broker);
            return flat ? 0 : 1;
        } catch (IOException e) {
            System.err.println("soak: " + e.getMessage());
            return 69;
        }
    }

    private Plan plan(RunningBroker broker, String more) {
        String all = load + " -p " + broker.port() + " --pid " + broker.pid() + " " + more;
        return Plan.parse(all.split(" "));
    }

    private double greatestRate(RunningBroker broker) {
        return LoadRun.run(plan(broker, "-E 1000 -w 5 -d 10")).pubRate();
    }

    private Result soak(RunningBroker broker, HeapMetrics metrics, double chosen) {
        long start = System.nanoTime();
        long[] next = {start + (long) (intervalSeconds * 1e9)};
        String options = String.format(Locale.ROOT, "-r %.0f -w 0 -d %.0f", chosen, minutes * 60);
        return LoadRun.run(plan(broker, options), (now, latency) -> {
            if (now >= next[0]) {
                next[0] += (long) (intervalSeconds * 1e9);
                sample((now - start) / 1e9, broker, metrics, latency);
            }
            return failure == null;
        });
    }

    private void sample(double seconds, RunningBroker broker, HeapMetrics metrics, Histogram latency) {
        try {
            String text = metrics.read();
            SoakSample sample = new SoakSample(
                    seconds,
                    ProcessFigures.residentKib(broker.pid()) / 1024.0,
                    HeapMetrics.mib(text, ""),
                    HeapMetrics.mib(text, "Old Gen"),
                    latency.getValueAtPercentile(50) / 1e3,
                    latency.getValueAtPercentile(99.9) / 1e3);
            latency.reset();
            samples.add(sample);
            System.err.println("soak: " + sample.csv());
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = new IOException("interrupted", e);
        }
    }

    /** @return whether all is flat and nothing was lost */
    private boolean write(Result result) throws IOException {
        Files.createDirectories(output);
        List<String> lines = new ArrayList<>(List.of(SoakSample.HEADER));
        samples.forEach(sample -> lines.add(sample.csv()));
        Files.write(output.resolve("soak.csv"), lines);
        draw();
        boolean flat = judge("resident memory", SoakSample::residentMib, "MiB", MEMORY_GROWTH_MAX)
                & judge("latency, 99.9 %", SoakSample::p999Us, "µs", LATENCY_GROWTH_MAX);
        boolean whole = result.lost() + result.dup() + result.outOfOrder() + result.unsent() == 0;
        System.out.println(whole ? "nothing lost, doubled, out of order or unsent" : "MESSAGES WERE LOST OR DISTURBED");
        return flat && whole;
    }

    private boolean judge(String what, ToDoubleFunction<SoakSample> value, String unit, double growthMax) {
        List<SoakSample> judged = samples.subList((int) (samples.size() * JUDGED_FROM), samples.size());
        double[] seconds = judged.stream().mapToDouble(SoakSample::seconds).toArray();
        double[] values = judged.stream().mapToDouble(value).toArray();
        Slope slope = Slope.of(seconds, values);
        double growth = slope.growth(minutes * 60);
        boolean flat = growth <= growthMax;
        System.out.printf(
                Locale.ROOT,
                "%s: median %.1f %s, %+.2f %s per hour, %+.1f %% over the soak: %s%n",
                what,
                slope.median(),
                unit,
                slope.perSecond() * 3_600,
                unit,
                growth * 100,
                flat ? "flat" : "GROWS (more than " + Math.round(growthMax * 100) + " %)");
        return flat;
    }

    /** The heap itself is no measure: garbage of the old generation may wait for a collection for hours. */
    private static boolean live(double before, double after) {
        double growth = after / before - 1;
        boolean flat = growth <= MEMORY_GROWTH_MAX;
        System.out.printf(
                Locale.ROOT,
                "reachable heap, without load: %.2f MiB before, %.2f MiB after, %+.1f %%: %s%n",
                before,
                after,
                growth * 100,
                flat ? "flat" : "GROWS (more than " + Math.round(MEMORY_GROWTH_MAX * 100) + " %)");
        return flat;
    }

    private void draw() throws IOException {
        if (samples.isEmpty()) {
            throw new IOException("no sample was taken: the interval is longer than the soak");
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
        VectorGraphicsEncoder.saveVectorGraphic(chart, output.resolve("soak").toString(), VectorGraphicsFormat.SVG);
    }

    private double[] column(ToDoubleFunction<SoakSample> value) {
        return samples.stream().mapToDouble(value).toArray();
    }
}
