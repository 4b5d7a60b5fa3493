package io.signalbox.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "benchmarks/compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs Signalbox and other brokers through the same scenarios, one at a time and in turn, on this machine.",
            "Everything listens on loopback, on free ports, with temporary folders, and is stopped at the end."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:measured",
            "1:a run failed; or with --check-with, the generators differ by more than 10 %%",
            "2:wrong usage",
            "69:a broker is missing, Signalbox did not start, or a file could not be read or written"
        })
final class Compare implements Callable<Integer> {
    @Option(names = "--scenarios", split = ",", paramLabel = "ID", description = "Only those; a prefix is enough.")
    private List<String> scenarioIds = List.of();

    @Option(names = "--brokers", split = ",", paramLabel = "ID", description = "Only those (default: all).")
    private List<String> brokerIds = List.of();

    @Option(names = "--repeat", paramLabel = "N", description = "Runs of each (default: 3, quick 1).")
    private @Nullable Integer repeat;

    @Option(names = "--seconds", paramLabel = "N", description = "Measured in each (default: 3, quick 1, full 5).")
    private @Nullable Double seconds;

    @Option(names = "--warm-up", paramLabel = "N", description = "Before it (default: 0.7, quick 0.5, full 2).")
    private @Nullable Double warmUp;

    @Option(names = "--quick", description = "Short and small, to see that it works; the figures mean little.")
    private boolean quick;

    @Option(names = "--full", description = "Every broker in every scenario, and longer: hours instead of half of one.")
    private boolean full;

    @Option(
            names = "--from-runs",
            paramLabel = "FILE",
            description = "Measures nothing: tables and plots from the runs.jsonl of a comparison, also of one that was"
                    + " interrupted.")
    private @Nullable Path fromRuns;

    @Option(names = "--list", description = "Names the scenarios and brokers, and ends.")
    private boolean list;

    @Option(
            names = "--check-with",
            paramLabel = "PROGRAM",
            description = "Instead of comparing brokers, compares our generator with another one that takes the same"
                    + " options, on Signalbox.")
    private @Nullable Path checkWith;

    @Option(
            names = "--output",
            paramLabel = "FOLDER",
            description = "For plots, tables and lines of JSON (default: docs/performance when all is compared, else"
                    + " benchmarks/target/compare).")
    private @Nullable Path output;

    @Option(names = "--root", hidden = true)
    private Path root = Path.of("");

    @Option(names = "--peers", hidden = true)
    private Path peers = Path.of("benchmarks/target/peers");

    private final List<RunningBroker> running = new CopyOnWriteArrayList<>();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Compare()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (quick && full) {
            return usage("--quick and --full exclude each other");
        }
        try {
            Runs earlier = fromRuns == null ? null : Runs.read(fromRuns);
            Extent extent =
                    earlier != null ? earlier.extent() : quick ? Extent.QUICK : full ? Extent.FULL : Extent.USUAL;
            List<Scenario> scenarios = Scenarios.of(extent).stream()
                    .filter(s -> scenarioIds.isEmpty() || scenarioIds.stream().anyMatch(s.id()::startsWith))
                    .filter(s -> earlier == null || earlier.has(s))
                    .toList();
            List<Broker> brokers = Arrays.stream(Broker.values())
                    .filter(b -> checkWith == null || b == Broker.SIGNALBOX)
                    .filter(b -> brokerIds.isEmpty() || brokerIds.contains(b.id()))
                    .filter(b -> earlier == null || earlier.has(b))
                    .toList();
            if (scenarios.isEmpty() || brokers.size() < brokerIds.size() || brokers.isEmpty()) {
                return usage("no such scenario or broker; --list names them");
            }
            if (list) {
                scenarios.forEach(s -> System.out.printf("%-16s %s%n", s.id(), s.row()));
                brokers.forEach(b -> System.out.printf("%-16s %s%n", b.id(), b.title));
                return 0;
            }
            return earlier == null ? measure(scenarios, brokers, extent) : show(scenarios, brokers, earlier);
        } catch (IOException e) {
            System.err.println("compare: " + e.getMessage());
            return 69;
        }
    }

    private static int usage(String what) {
        System.err.println("compare: " + what);
        return 2;
    }

    private int measure(List<Scenario> scenarios, List<Broker> brokers, Extent extent)
            throws IOException, InterruptedException {
        Installation places = new Installation(root.toAbsolutePath(), peers.toAbsolutePath());
        List<Broker> missing =
                brokers.stream().filter(b -> !b.isInstalled(places)).toList();
        if (!missing.isEmpty()) {
            missing.forEach(b -> System.err.printf(
                    "compare: %s is missing (%s); install it, or leave %s out of --brokers%n",
                    b.title, b.needs(places), b.id()));
            return 69;
        }
        Pace pace = new Pace(
                repeat != null ? repeat : extent.repeat,
                seconds != null ? seconds : extent.seconds,
                warmUp != null ? warmUp : extent.warmUpSeconds);
        Runtime.getRuntime().addShutdownHook(new Thread(this::stopAll));
        try {
            return checkWith == null
                    ? compare(scenarios, brokers, places, pace, extent)
                    : new GeneratorCheck(scenarios, places, pace, running).check(checkWith);
        } finally {
            stopAll();
        }
    }

    private Path output() {
        boolean all = !quick && scenarioIds.isEmpty() && brokerIds.isEmpty();
        return output != null ? output : Path.of(all ? "docs/performance" : "benchmarks/target/compare");
    }

    private int compare(List<Scenario> scenarios, List<Broker> brokers, Installation places, Pace pace, Extent extent)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Runs runs = Runs.into(output().resolve("runs.jsonl"), extent);
        // The tables are there after each scenario, whatever becomes of the rest.
        Comparison.Progress tables = () -> tables(scenarios, brokers, runs);
        new Comparison(places, pace, Generator.ours(), runs, running, tables).run(scenarios, brokers);
        System.err.printf(Locale.ROOT, "compare: took %.1f minutes%n", (System.nanoTime() - begun) / 60e9);
        return show(scenarios, brokers, runs);
    }

    private String tables(List<Scenario> scenarios, List<Broker> brokers, Runs runs) throws IOException {
        Files.createDirectories(output());
        String tables =
                new TargetTable(scenarios, runs).markdown() + "\n" + new Report(scenarios, brokers, runs).markdown();
        Files.writeString(output().resolve("tables.md"), tables);
        return tables;
    }

    private int show(List<Scenario> scenarios, List<Broker> brokers, Runs runs) throws IOException {
        System.out.println(tables(scenarios, brokers, runs));
        new Plots(scenarios, brokers, runs, output()).draw();
        System.err.println(
                "compare: " + output() + " has tables.md and the plots, beside them runs.jsonl with each run");
        return runs.errors().isEmpty() ? 0 : 1;
    }

    private synchronized void stopAll() {
        for (RunningBroker broker : new ArrayList<>(running).reversed()) {
            broker.close();
            running.remove(broker);
        }
    }
}
