package io.signalbox.benchmarks.bus;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "benchmarks/bus",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs Signalbox's bus and other buses of one process through the same scenarios, and prints the tables.",
            "Each peer has a JVM of its own, one after the other."
        })
final class BusComparison implements Callable<Integer> {
    /** Of every peer: the default collector, and a heap that does not grow meanwhile. */
    static final List<String> JVM = List.of("-Xms2g", "-Xmx2g", "--sun-misc-unsafe-memory-access=allow");

    /** What can be measured. */
    enum Part {
        SYNC("SyncEventBenchmark"),
        COMMAND("CommandBenchmark"),
        ASYNC("AsyncPublishBenchmark"),
        LOOKUP("SessionLookupBenchmark"),
        LATENCY("");

        private final String benchmark;

        Part(String benchmark) {
            this.benchmark = benchmark;
        }
    }

    /** The tables of docs/performance.md: each has its one command. */
    enum Table {
        ASYNCHRONOUS(Part.ASYNC, Part.LATENCY),
        CALLS(Part.SYNC, Part.COMMAND),
        SESSIONS(Part.LOOKUP);

        private final List<Part> parts;

        Table(Part... parts) {
            this.parts = List.of(parts);
        }
    }

    @Parameters(
            arity = "0..*",
            paramLabel = "TABLE",
            description = "What of docs/performance.md is measured: ${COMPLETION-CANDIDATES} (default: all).")
    private List<Table> tables = List.of(Table.values());

    @Option(names = "--only", split = ",", description = "Of the tables these parts alone: ${COMPLETION-CANDIDATES}.")
    private List<Part> only = List.of(Part.values());

    @Option(names = "--forks", description = "JVMs of each benchmark (default: ${DEFAULT-VALUE}).")
    private int forks = 1;

    @Option(names = "--iterations", description = "Measured, of one second (default: ${DEFAULT-VALUE}).")
    private int iterations = 5;

    @Option(names = "--warm-up", description = "Iterations before them (default: ${DEFAULT-VALUE}).")
    private int warmUp = 3;

    @Option(names = "--runs", description = "Of the latency of each peer (default: ${DEFAULT-VALUE}).")
    private int runs = 3;

    @Option(names = "--phase-millis", description = "Of a run of the latency (default: ${DEFAULT-VALUE}).")
    private long phaseMillis = 1_000;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BusComparison())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws RunnerException, IOException, InterruptedException {
        List<String> measured = new ArrayList<>();
        for (Table table : tables) {
            for (Part part : table.parts) {
                if (only.contains(part)) {
                    measured.add(
                            part == Part.LATENCY ? LatencyTable.measure(phaseMillis, runs) : JmhTable.of(run(part)));
                }
            }
        }
        System.out.println();
        measured.forEach(System.out::println);
        return 0;
    }

    private Collection<RunResult> run(Part part) throws RunnerException {
        return new Runner(new OptionsBuilder()
                        .include("\\." + part.benchmark + "\\.")
                        .forks(forks)
                        .jvmArgs(JVM.toArray(String[]::new))
                        .warmupIterations(warmUp)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(iterations)
                        .measurementTime(TimeValue.seconds(1))
                        .shouldFailOnError(true)
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }
}
