package io.signalbox.benchmarks.compare;

import static io.signalbox.benchmarks.compare.Aim.Rivals.EVERY;
import static io.signalbox.benchmarks.compare.Aim.Rivals.MOSQUITTO;
import static io.signalbox.benchmarks.compare.Aim.Rivals.OVER_MQTT;
import static io.signalbox.benchmarks.compare.Aim.Rule.AT_LEAST;
import static io.signalbox.benchmarks.compare.Aim.Rule.AT_MOST;
import static io.signalbox.benchmarks.compare.Aim.Rule.LESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.benchmarks.compare.Ruling.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

final class JudgeTest {
    private static final Target HALF_AS_FAST_AGAIN =
            new Target("pairs", Metric.DELIVERED, new Aim.Beside(AT_LEAST, 1.5, OVER_MQTT));
    private static final Target FIRST_IN_LATENCY = new Target("bus", Metric.P50, new Aim.Beside(LESS, 1, EVERY));

    @TempDir
    private Path folder = Path.of("");

    private final List<Scenario> scenarios = Scenarios.of(Extent.QUICK);

    @SuppressWarnings("NullAway.Init")
    private Runs runs;

    @BeforeEach
    void begin() throws IOException {
        runs = Runs.into(folder.resolve("runs.jsonl"), Extent.QUICK);
    }

    private Ruling ruling(Target target) {
        return new Judge(runs)
                .rule(
                        target,
                        scenarios.stream()
                                .filter(s -> s.belongsTo(target.scenario()))
                                .toList());
    }

    private Scenario scenario(String id) {
        return scenarios.stream().filter(s -> s.belongsTo(id)).findFirst().orElseThrow();
    }

    private void delivered(Broker broker, double... rates) throws IOException {
        for (double rate : rates) {
            runs.add(
                    scenario("pairs"),
                    broker,
                    0,
                    Generator.JSON.createObjectNode().put("deliver_rate", rate));
        }
    }

    private void latency(Broker broker, double... medians) throws IOException {
        for (double median : medians) {
            ObjectNode line = Generator.JSON.createObjectNode();
            line.putObject("lat_us").put("p50", median);
            runs.add(scenario("bus"), broker, 0, line);
        }
    }

    private void cost(int step, double... nanos) throws IOException {
        for (double each : nanos) {
            ObjectNode line = Generator.JSON.createObjectNode().put("server_nanos_per_delivery", each);
            runs.add(scenario("growth-" + step), Broker.SIGNALBOX, 0, line);
        }
    }

    @Test
    void aTargetIsMetByItsMedian() throws IOException {
        delivered(Broker.SIGNALBOX, 300, 290, 310);
        delivered(Broker.NATS, 150, 140, 160);
        delivered(Broker.MOSQUITTO, 10);
        assertThat(ruling(HALF_AS_FAST_AGAIN))
                .isEqualTo(new Ruling(
                        "300 (290–310)",
                        "NATS, MQTT 150 (140–160)",
                        "2.00 ×",
                        Verdict.MET,
                        List.of("no figure of RabbitMQ, Artemis, HiveMQ CE")));
    }

    @Test
    void theLeastThatMeetsItIsMetAndTheNextIsNot() throws IOException {
        delivered(Broker.SIGNALBOX, 225);
        delivered(Broker.NATS, 150);
        assertThat(ruling(HALF_AS_FAST_AGAIN).verdict()).isEqualTo(Verdict.MET);
        delivered(Broker.NATS, 150.02, 151);
        assertThat(ruling(HALF_AS_FAST_AGAIN).verdict()).isEqualTo(Verdict.NOT_MET);
    }

    @Test
    void theBestOfThePeersCounts() throws IOException {
        delivered(Broker.SIGNALBOX, 300);
        delivered(Broker.NATS, 150);
        delivered(Broker.HIVEMQ, 250);
        Ruling ruling = ruling(HALF_AS_FAST_AGAIN);
        assertThat(ruling.verdict()).isEqualTo(Verdict.NOT_MET);
        assertThat(ruling.beside()).isEqualTo("HiveMQ CE 250");
        assertThat(ruling.ratio()).isEqualTo("1.20 ×");
    }

    @Test
    void natsByItsOwnProtocolIsNoPeerOverMqtt() throws IOException {
        delivered(Broker.SIGNALBOX, 300);
        delivered(Broker.NATS, 150);
        delivered(Broker.NATS_CORE, 1_000);
        assertThat(ruling(HALF_AS_FAST_AGAIN).verdict()).isEqualTo(Verdict.MET);
        Target reach = new Target("pairs", Metric.DELIVERED, new Aim.Beside(AT_LEAST, 1, Aim.Rivals.NATS_CORE));
        assertThat(ruling(reach).verdict()).isEqualTo(Verdict.NOT_MET);
    }

    @Test
    void lessIsBetterForALatency() throws IOException {
        latency(Broker.SIGNALBOX, 400);
        latency(Broker.NATS, 800);
        latency(Broker.MOSQUITTO, 500);
        assertThat(ruling(FIRST_IN_LATENCY))
                .satisfies(ruling -> assertThat(ruling.beside()).isEqualTo("Mosquitto 500 µs"))
                .satisfies(ruling -> assertThat(ruling.ratio()).isEqualTo("0.80 ×"))
                .satisfies(ruling -> assertThat(ruling.verdict()).isEqualTo(Verdict.MET));
        latency(Broker.MOSQUITTO, 300, 300);
        assertThat(ruling(FIRST_IN_LATENCY).verdict()).isEqualTo(Verdict.NOT_MET);
    }

    /** The peer's range counts as often as the target does: 1.5 times 190 is below 290, 1.5 times 195 is not. */
    @Test
    void rangesThatOverlapAreNamed() throws IOException {
        delivered(Broker.SIGNALBOX, 290, 300, 310);
        delivered(Broker.NATS, 150, 180, 190);
        assertThat(ruling(HALF_AS_FAST_AGAIN).remarks()).doesNotContain("ranges overlap");
        delivered(Broker.NATS, 150, 195);
        assertThat(ruling(HALF_AS_FAST_AGAIN).verdict()).isEqualTo(Verdict.MET);
        assertThat(ruling(HALF_AS_FAST_AGAIN).remarks()).contains("ranges overlap");
    }

    /** The best by its median is far away; another had one run as good as ours. */
    @Test
    void theRangesOfAllPeersCount() throws IOException {
        latency(Broker.SIGNALBOX, 400);
        latency(Broker.NATS, 500);
        latency(Broker.MOSQUITTO, 390, 800, 900);
        assertThat(ruling(FIRST_IN_LATENCY).remarks()).contains("ranges overlap");
    }

    @Test
    void withoutThePeerItIsOpen() throws IOException {
        Target target = new Target("pairs", Metric.DELIVERED, new Aim.Beside(AT_LEAST, 1, MOSQUITTO));
        delivered(Broker.SIGNALBOX, 300);
        delivered(Broker.NATS, 1);
        assertThat(ruling(target)).isEqualTo(Ruling.open("300", "no figure of Mosquitto"));
        runs.add(scenario("pairs"), Broker.MOSQUITTO, 0, Generator.error("it went away"));
        delivered(Broker.MOSQUITTO, 0);
        assertThat(ruling(target).verdict())
                .as("nothing delivered is no figure")
                .isEqualTo(Verdict.OPEN);
    }

    @Test
    void aPeerThatIsLeftOutOfTheScenarioIsNotMissed() throws IOException {
        latency(Broker.SIGNALBOX, 400);
        for (Broker broker : List.of(Broker.MOSQUITTO, Broker.NATS, Broker.NATS_CORE, Broker.ARTEMIS, Broker.HIVEMQ)) {
            latency(broker, 500);
        }
        assertThat(ruling(FIRST_IN_LATENCY).remarks()).isEmpty();
        assertThat(scenario("bus").row()).contains("without RabbitMQ");
    }

    @Test
    void withoutSignalboxItIsOpen() throws IOException {
        delivered(Broker.NATS, 150);
        assertThat(ruling(HALF_AS_FAST_AGAIN)).isEqualTo(Ruling.open("–", "not measured"));
        runs.add(scenario("pairs"), Broker.SIGNALBOX, 0, Generator.error("it went away"));
        assertThat(ruling(HALF_AS_FAST_AGAIN)).isEqualTo(Ruling.open("–", "the runs of Signalbox failed"));
    }

    @Test
    void noRateMakesUpForWhatWasLost() throws IOException {
        delivered(Broker.SIGNALBOX, 300, 300);
        delivered(Broker.NATS, 100);
        runs.add(
                scenario("pairs"),
                Broker.SIGNALBOX,
                0,
                Generator.JSON
                        .createObjectNode()
                        .put("deliver_rate", 300)
                        .put("lost", 3)
                        .put("out_of_order", 1_200));
        Ruling ruling = ruling(HALF_AS_FAST_AGAIN);
        assertThat(ruling.verdict()).isEqualTo(Verdict.NOT_MET);
        assertThat(ruling.words()).contains("Signalbox had 3 lost, 1,200 out of order");
    }

    @Test
    void norForARunThatFailed() throws IOException {
        delivered(Broker.SIGNALBOX, 300, 300);
        delivered(Broker.NATS, 100);
        runs.add(scenario("pairs"), Broker.SIGNALBOX, 0, Generator.error("it went away"));
        assertThat(ruling(HALF_AS_FAST_AGAIN).words()).startsWith("**not met**: 1 of its runs failed");
    }

    @Test
    void whatThePeerDisturbedIsSaidBesideItsFigure() throws IOException {
        delivered(Broker.SIGNALBOX, 300);
        runs.add(
                scenario("pairs"),
                Broker.ARTEMIS,
                0,
                Generator.JSON.createObjectNode().put("deliver_rate", 100).put("out_of_order", 45_000));
        assertThat(ruling(HALF_AS_FAST_AGAIN).beside()).isEqualTo("Artemis 100, with 45,000 out of order");
    }

    @Test
    void whoLosesAConnectionOrLeavesAPublishUnansweredMeetsNothing() throws IOException {
        delivered(Broker.NATS, 100);
        runs.add(
                scenario("pairs"),
                Broker.SIGNALBOX,
                0,
                Generator.JSON
                        .createObjectNode()
                        .put("deliver_rate", 300)
                        .put("unacked", 2)
                        .put("disconnects", 1));
        assertThat(ruling(HALF_AS_FAST_AGAIN).verdict()).isEqualTo(Verdict.NOT_MET);
        assertThat(ruling(HALF_AS_FAST_AGAIN).words()).contains("Signalbox had 2 unacknowledged, 1 disconnects");
    }

    @Test
    void whatWasMeasuredApartSaysSo() throws IOException {
        delivered(Broker.NATS, 100);
        runs.add(
                scenario("pairs"),
                Broker.SIGNALBOX,
                0,
                Generator.JSON.createObjectNode().put("deliver_rate", 300).put("apart", "a day later"));
        assertThat(ruling(HALF_AS_FAST_AGAIN).words()).startsWith("**met**: ").endsWith("; a day later");
    }

    @Test
    void aFigureThatNoRunHasWasNotMeasured() throws IOException {
        runs.add(scenario("pairs"), Broker.SIGNALBOX, 0, Generator.JSON.createObjectNode());
        assertThat(ruling(HALF_AS_FAST_AGAIN)).isEqualTo(Ruling.open("–", "not measured"));
    }

    @Test
    void aBoundHoldsForTheMedian() throws IOException {
        Target target = new Target("growth-100", Metric.COST, new Aim.Within(AT_MOST, 400));
        cost(100, 390, 400, 410);
        assertThat(ruling(target).verdict()).isEqualTo(Verdict.MET);
        assertThat(ruling(target).remarks()).containsExactly("the bound is within the range");
        Target strict = new Target("growth-100", Metric.COST, new Aim.Within(LESS, 400));
        assertThat(ruling(strict).verdict()).isEqualTo(Verdict.NOT_MET);
    }

    @Test
    void aSeriesIsFlatIfItsLargestIsNearItsSmallest() throws IOException {
        Target target = new Target("growth-", Metric.COST, new Aim.Flat(1.5));
        cost(1, 300);
        cost(10, 200);
        assertThat(ruling(target).verdict()).as("a step is missing").isEqualTo(Verdict.OPEN);
        cost(100, 250);
        Ruling ruling = ruling(target);
        assertThat(ruling.verdict()).isEqualTo(Verdict.MET);
        assertThat(ruling.own()).isEqualTo("300 → 200 → 250");
        assertThat(ruling.ratio()).isEqualTo("1.50 ×");
        assertThat(ruling.remarks()).as("right at the bound").containsExactly("ranges overlap");
        cost(100, 600, 600);
        assertThat(ruling(target).verdict()).isEqualTo(Verdict.NOT_MET);
        assertThat(ruling(target).ratio()).isEqualTo("3.00 ×");
    }
}
