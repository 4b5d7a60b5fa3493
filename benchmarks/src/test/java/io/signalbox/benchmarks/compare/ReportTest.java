package io.signalbox.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

final class ReportTest {
    private static final List<Broker> BROKERS = List.of(Broker.SIGNALBOX, Broker.NATS, Broker.MOSQUITTO);

    @TempDir
    private Path folder = Path.of("");

    private Runs runs() throws IOException {
        return Runs.into(folder.resolve("runs.jsonl"), Extent.QUICK);
    }

    private List<Scenario> scenarios = List.of();

    @BeforeEach
    void scenarios() {
        scenarios = Scenarios.of(Extent.QUICK);
    }

    private Scenario scenario(String id) {
        return scenarios.stream().filter(s -> s.id().equals(id)).findFirst().orElseThrow();
    }

    private static ObjectNode delivered(double rate) {
        return Generator.JSON
                .createObjectNode()
                .put("deliver_rate", rate)
                .put("seconds", 2.0)
                .put("broker_cpu_s", 1.0)
                .put("broker_cpu_pct", 50.4)
                .put("gen_cpu_pct", 97);
    }

    private static ObjectNode latency(double p50) {
        ObjectNode line = Generator.JSON.createObjectNode();
        line.putObject("lat_us").put("p50", p50).put("p99", p50 * 10).put("p999", p50 * 100);
        return line;
    }

    private String tables(Runs runs) {
        return new Report(scenarios, BROKERS, runs).markdown();
    }

    @Test
    void aCellHasMedianLeastAndMost() throws IOException {
        Runs runs = runs();
        for (double rate : new double[] {3_000_000, 1_000_000, 2_000_000}) {
            runs.add(scenario("pairs"), Broker.SIGNALBOX, 0, delivered(rate));
        }
        assertThat(tables(runs)).contains("2.00 M (1.00 M–3.00 M)");
        assertThat(Files.readAllLines(folder.resolve("runs.jsonl"))).hasSize(3);
    }

    @Test
    void theRatioIsToTheBestPeer() throws IOException {
        Runs runs = runs();
        runs.add(scenario("pairs"), Broker.SIGNALBOX, 0, delivered(3_000_000));
        runs.add(scenario("pairs"), Broker.NATS, 0, delivered(2_000_000));
        runs.add(scenario("pairs"), Broker.MOSQUITTO, 0, delivered(100_000));
        runs.add(scenario("bus"), Broker.SIGNALBOX, 0, latency(400));
        runs.add(scenario("bus"), Broker.NATS, 0, latency(800));
        runs.add(scenario("bus"), Broker.MOSQUITTO, 0, latency(200));
        String tables = tables(runs);
        assertThat(tables).contains("| 3.00 M | 2.00 M | 100 k | 1.50 × |");
        assertThat(tables).as("less latency is better").contains("| 400 µs | 800 µs | 200 µs | 0.50 × |");
    }

    @Test
    void aScenarioSaysHowBusyServerAndGeneratorWere() throws IOException {
        Runs runs = runs();
        runs.add(scenario("pairs"), Broker.NATS, 0, delivered(2_000_000));
        assertThat(tables(runs)).contains("| processor, server + generator, % of a core | – | 50 + 97 | – | – |");
    }

    @Test
    void aDeliveryCostsTheServersTimeDividedByTheirNumber() throws IOException {
        Runs runs = runs();
        runs.add(scenario("growth-10"), Broker.NATS, 0, delivered(500_000));
        assertThat(runs.spread(scenario("growth-10"), Broker.NATS, Metric.COST))
                .hasValueSatisfying(spread -> assertThat(spread.median()).isEqualTo(1_000));
    }

    @Test
    void faultsAndFailuresAreShown() throws IOException {
        Runs runs = runs();
        runs.add(
                scenario("pairs"),
                Broker.NATS,
                0,
                delivered(1_000).put("lost", 3).put("out_of_order", 7));
        runs.add(scenario("pairs"), Broker.NATS, 1, delivered(1_000).put("lost", 4));
        runs.add(
                scenario("pairs"),
                Broker.MOSQUITTO,
                0,
                Generator.JSON.createObjectNode().put("error", "it went away"));
        String tables = tables(runs);
        assertThat(tables).contains("| NATS, MQTT | 7 | 0 | 7 | 0 | 0 | 0 | 0 | 0 |");
        assertThat(tables).contains("- Mosquitto, pairs: it went away");
        assertThat(tables).contains("failed");
    }

    @Test
    void plotsAreDrawnOfWhatIsThere() throws IOException {
        Runs runs = runs();
        runs.add(scenario("pairs"), Broker.SIGNALBOX, 0, delivered(3_000_000));
        runs.add(scenario("pairs"), Broker.SIGNALBOX, 1, delivered(10));
        runs.add(scenario("fan"), Broker.NATS, 0, delivered(2_000_000));
        runs.add(scenario("bus"), Broker.NATS, 0, latency(100));
        runs.add(scenario("growth-1"), Broker.NATS, 0, delivered(1_000));
        runs.add(scenario("growth-100"), Broker.NATS, 0, delivered(2_000));
        new Plots(scenarios, BROKERS, runs, folder).draw();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "runs.jsonl", "throughput.svg", "latency-bus.svg", "growth.svg", "growth-cost.svg");
        }
        // Texts are shapes; the second series shows by its colour.
        String svg = Files.readString(folder.resolve("throughput.svg"));
        assertThat(svg.contains("<svg") && svg.contains("rgb(255,172,0)"))
                .as("two series are drawn")
                .isTrue();
    }
}
