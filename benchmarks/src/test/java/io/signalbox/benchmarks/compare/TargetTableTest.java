package io.signalbox.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

final class TargetTableTest {
    @TempDir
    private Path folder = Path.of("");

    /** Each target is about figures that are measured, and about somebody who takes part. */
    @ParameterizedTest
    @EnumSource(Extent.class)
    void everyTargetCanBeJudged(Extent extent) {
        List<Scenario> scenarios = Scenarios.of(extent);
        for (Target target : Target.ALL) {
            List<Scenario> steps = scenarios.stream()
                    .filter(s -> s.belongsTo(target.scenario()))
                    .toList();
            assertThat(steps).as("%s", target).isNotEmpty().allSatisfy(step -> {
                assertThat(step.metrics()).contains(target.metric());
                assertThat(Broker.SIGNALBOX.takesPartIn(step)).isTrue();
            });
            if (target.aim() instanceof Aim.Beside beside) {
                assertThat(beside.rivals().brokers)
                        .as("%s", target)
                        .anyMatch(rival -> rival.takesPartIn(steps.getLast()));
            } else if (target.aim() instanceof Aim.Flat) {
                assertThat(steps).as("%s", target).hasSizeGreaterThan(1);
            }
        }
    }

    @Test
    void aRowHasTheTargetBothFiguresAndTheVerdict() throws IOException {
        Runs runs = Runs.into(folder.resolve("runs.jsonl"), Extent.QUICK);
        List<Scenario> pairs = Scenarios.of(Extent.QUICK).subList(0, 1);
        runs.add(pairs.getFirst(), Broker.SIGNALBOX, 0, delivered(3_000_000));
        runs.add(pairs.getFirst(), Broker.NATS, 0, delivered(1_000_000));
        assertThat(new TargetTable(pairs, runs).markdown())
                .contains("| QoS 0, 10 → 10, 64 B, 1,000 on the way each | delivered/s | ≥ 1.5 × the best over MQTT"
                        + " | 3.00 M | 50 + 97 | NATS, MQTT 1.00 M | 3.00 × | **met**")
                .contains(
                        "| delivered/s | ≥ NATS by its own protocol (to reach for) | 3.00 M | 50 + 97 | – | – | open: no figure of")
                .as("what is not measured has no row")
                .doesNotContain("connects/s");
    }

    /** The processor's time is of the publishing, and says nothing of what came after it. */
    @Test
    void aFigureOfAnotherTimeHasNoProcessorTime() throws IOException {
        Runs runs = Runs.into(folder.resolve("runs.jsonl"), Extent.QUICK);
        List<Scenario> offline = Scenarios.of(Extent.QUICK).stream()
                .filter(s -> s.id().equals("offline"))
                .toList();
        ObjectNode line = delivered(0).put("ack_rate", 50);
        line.putObject("drain").put("rate", 70);
        runs.add(offline.getFirst(), Broker.SIGNALBOX, 0, line);
        assertThat(new TargetTable(offline, runs).markdown())
                .contains("NATS over MQTT | 50.0 | 50 + 97 |")
                .contains("| drained/s | ≥ Mosquitto | 70.0 | – |");
    }

    /** An interrupted comparison is not lost. */
    @Test
    void theFileOfRunsGivesTheSameTables() throws IOException {
        Path file = folder.resolve("runs.jsonl");
        Runs runs = Runs.into(file, Extent.QUICK);
        List<Scenario> scenarios = Scenarios.of(Extent.QUICK);
        for (Broker broker : List.of(Broker.SIGNALBOX, Broker.NATS_CORE)) {
            runs.add(scenarios.getFirst(), broker, 0, delivered(3_000));
            runs.add(scenarios.getFirst(), broker, 1, delivered(2_000));
        }
        runs.add(scenarios.get(1), Broker.HIVEMQ, 0, Generator.error("it went away"));
        // The end by force came in the middle of a line.
        Files.writeString(file, "{\"scenario\":\"pai", StandardOpenOption.APPEND);
        Runs read = Runs.read(file);
        assertThat(read.extent()).isEqualTo(Extent.QUICK);
        assertThat(new TargetTable(scenarios, read).markdown())
                .isEqualTo(new TargetTable(scenarios, runs).markdown())
                .contains("2500 (2000–3000)");
        List<Broker> brokers = List.of(Broker.values());
        assertThat(new Report(scenarios, brokers, read).markdown())
                .isEqualTo(new Report(scenarios, brokers, runs).markdown())
                .contains("it went away");
    }

    private static ObjectNode delivered(double rate) {
        return Generator.JSON
                .createObjectNode()
                .put("deliver_rate", rate)
                .put("broker_cpu_pct", 50)
                .put("gen_cpu_pct", 97);
    }
}
