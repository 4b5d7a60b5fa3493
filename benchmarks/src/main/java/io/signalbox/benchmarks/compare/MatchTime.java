package io.signalbox.benchmarks.compare;

import io.signalbox.benchmarks.RouterBenchmark;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import tools.jackson.databind.node.ObjectNode;

/** How long Signalbox takes to find the routes of a topic among so many subscriptions: {@link RouterBenchmark}. */
final class MatchTime {
    private MatchTime() {}

    /**
     * One JVM for each of the benchmarks.
     *
     * @param repeat measured iterations
     * @return a line for each of them
     */
    static Collection<ObjectNode> measure(Scenario scenario, int repeat) {
        // Another JMH on the machine is the user's to know of.
        System.setProperty("jmh.ignoreLock", "true");
        SortedMap<Integer, ObjectNode> lines = new TreeMap<>();
        try {
            Collection<RunResult> results = new Runner(new OptionsBuilder()
                            .include("\\." + RouterBenchmark.class.getSimpleName() + "\\.")
                            .param("exact", scenario.arguments())
                            .jvmArgs("-Xms1g", "-Xmx4g", "--sun-misc-unsafe-memory-access=allow")
                            .forks(1)
                            .warmupIterations(2)
                            .warmupTime(TimeValue.seconds(1))
                            .measurementIterations(repeat)
                            .measurementTime(TimeValue.seconds(1))
                            .shouldFailOnError(true)
                            .verbosity(VerboseMode.SILENT)
                            .build())
                    .run();
            for (RunResult result : results) {
                add(result, name(result.getPrimaryResult().getLabel()), lines);
            }
            return lines.values();
        } catch (RunnerException e) {
            return List.of(Generator.error("JMH: " + e.getMessage()));
        }
    }

    /** In the line, of a benchmark. */
    static String name(String benchmark) {
        return switch (benchmark) {
            case "cached" -> "cached";
            case "cold" -> "cold";
            case "afterAChange" -> "anew";
            case "firstSeen" -> "first";
            default -> throw new IllegalArgumentException(benchmark);
        };
    }

    private static void add(RunResult result, String name, SortedMap<Integer, ObjectNode> lines) {
        int repetition = 0;
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                lines.computeIfAbsent(repetition++, i -> Generator.JSON.createObjectNode())
                        .withObject("match_ns")
                        .put(name, iteration.getPrimaryResult().getScore());
            }
        }
    }
}
