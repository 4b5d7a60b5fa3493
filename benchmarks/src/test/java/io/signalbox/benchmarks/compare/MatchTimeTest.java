package io.signalbox.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.benchmarks.RouterBenchmark;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import tools.jackson.databind.node.ObjectNode;

final class MatchTimeTest {
    @Test
    void eachBenchmarkOfTheRouterIsAFigureOfItsScenario() {
        List<String> benchmarks = Arrays.stream(RouterBenchmark.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Benchmark.class))
                .map(method -> MatchTime.name(method.getName()))
                .toList();
        ObjectNode line = Generator.JSON.createObjectNode();
        benchmarks.forEach(name -> line.withObject("match_ns").put(name, 1.0));
        Scenario match = Scenarios.of(Extent.QUICK).stream()
                .filter(scenario -> scenario.belongsTo("match-"))
                .findFirst()
                .orElseThrow();
        assertThat(match.metrics())
                .hasSameSizeAs(benchmarks)
                .allSatisfy(metric -> assertThat(metric.of(line)).hasValue(1));
    }
}
