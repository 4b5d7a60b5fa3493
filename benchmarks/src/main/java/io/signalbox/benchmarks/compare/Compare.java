package io.signalbox.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
            "69:a broker is missing or did not start"
        })
final class Compare implements Callable<Integer> {
    @Option(names = "--scenarios", split = ",", paramLabel = "ID", description = "Only those; a prefix is enough.")
    private List<String> scenarioIds = List.of();

    @Option(names = "--brokers", split = ",", paramLabel = "ID", description = "Only those (default: all).")
    private List<String> brokerIds = List.of();

    @Option(names = "--repeat", paramLabel = "N", description = "Runs of each (default: 3, quick 1).")
    private @Nullable Integer repeat;

    @Option(names = "--seconds", paramLabel = "N", description = "Measured in each (default: 5, quick 1).")
    private @Nullable Double seconds;

    @Option(names = "--warm-up", paramLabel = "N", description = "Before it (default: 2, quick 0.5).")
    private @Nullable Double warmUp;

    @Option(names = "--quick", description = "Short and small, to see that it works; the figures mean little.")
    private boolean quick;

    @Option(names = "--list", description = "Names the scenarios and brokers, and ends.")
    private boolean list;

    @Option(
            names = "--check-with",
            paramLabel = "PROGRAM",
            description = "Instead of comparing brokers, compares our generator with another one that takes the same"
                    + " options, on Signalbox.")
    private @Nullable Path checkWith;

    @Option(names = "--output", paramLabel = "FOLDER", description = "For plots, tables and lines of JSON.")
    private Path output = Path.of("docs/performance");

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
        List<Scenario> scenarios = Scenario.all(quick).stream()
                .filter(s -> scenarioIds.isEmpty() || scenarioIds.stream().anyMatch(s.id()::startsWith))
                .toList();
        List<Broker> brokers = Arrays.stream(Broker.values())
                .filter(b -> brokerIds.isEmpty() || brokerIds.contains(b.id()))
                .toList();
        if (list) {
            scenarios.forEach(s -> System.out.printf("%-16s %s%n", s.id(), s.title()));
            brokers.forEach(b -> System.out.printf("%-16s %s%n", b.id(), b.title));
            return 0;
        }
        if (scenarios.isEmpty() || brokers.size() < brokerIds.size() || brokers.isEmpty()) {
            System.err.println("compare: no such scenario or broker; --list names them");
            return 2;
        }
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
                repeat != null ? repeat : quick ? 1 : 3,
                seconds != null ? seconds : quick ? 1 : 5,
                warmUp != null ? warmUp : quick ? 0.5 : 2);
        Runtime.getRuntime().addShutdownHook(new Thread(this::stopAll));
        try {
            return checkWith == null
                    ? compare(scenarios, brokers, places, pace)
                    : new GeneratorCheck(scenarios, places, pace, running).check(checkWith);
        } catch (IOException e) {
            System.err.println("compare: " + e.getMessage());
            return 69;
        } finally {
            stopAll();
        }
    }

    private int compare(List<Scenario> scenarios, List<Broker> brokers, Installation places, Pace pace)
            throws IOException, InterruptedException {
        Runs runs = new Runs(output.resolve("runs.jsonl"));
        Comparison comparison = new Comparison(places, pace, Generator.ours(), runs, running);
        comparison.run(scenarios, brokers);
        String tables = new Report(scenarios, brokers, runs).markdown();
        Files.writeString(output.resolve("tables.md"), tables);
        new Plots(scenarios, brokers, runs, output).draw();
        System.out.println(tables);
        System.err.println("compare: " + output + " has runs.jsonl, tables.md and the plots");
        return runs.errors().isEmpty() ? 0 : 1;
    }

    private synchronized void stopAll() {
        for (RunningBroker broker : new ArrayList<>(running).reversed()) {
            broker.close();
            running.remove(broker);
        }
    }
}
