package io.signalbox.cli;

import io.signalbox.cli.bench.BenchPlan;
import io.signalbox.cli.bench.BenchPlan.Shape;
import io.signalbox.cli.bench.BenchResult;
import io.signalbox.cli.bench.BenchRun;
import io.signalbox.cli.link.MqttOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "bench",
        description = {
            "Put a load on an MQTT server and measure.",
            "Without --rate the publishers go as fast as they are acknowledged, which measures throughput; latencies"
                    + " mean something at a --rate that the server keeps up with."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  signalbox bench --pairs 4 -q 1",
            "  signalbox bench --fan-out 100 -q 0 --rate 500 --size 1024 --duration 30",
            "  signalbox bench --pairs 1 --rate 100 --idle 5000 --json"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:measured, and nothing is missing",
            "1:messages of QoS 1 or 2 are missing, or the server refused",
            "2:wrong usage",
            "69:no server answers, or the connection was lost",
            "77:not permitted"
        })
final class BenchCommand implements Callable<Integer> {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9};

    @Option(names = "--pairs", paramLabel = "N", description = "N publishers, each with a subscriber (default: 1).")
    private @Nullable Integer pairs;

    @Option(names = "--fan-out", paramLabel = "N", description = "One publisher, N subscribers.")
    private @Nullable Integer fanOut;

    @Option(names = "--fan-in", paramLabel = "N", description = "N publishers, one subscriber.")
    private @Nullable Integer fanIn;

    @Option(names = "--idle", paramLabel = "N", defaultValue = "0", description = "And N connections that do nothing.")
    private int idle;

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            defaultValue = "0",
            description = "Of publishers and subscribers (default: ${DEFAULT-VALUE}).")
    private int qos;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Messages a second, over all publishers (default: as fast as they are acknowledged).")
    private long rate;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "64",
            description = "Of a payload, at least 20 (default: ${DEFAULT-VALUE}).")
    private int size;

    @Option(
            names = "--window",
            paramLabel = "N",
            defaultValue = "100",
            description = "Unacknowledged messages of a publisher (default: ${DEFAULT-VALUE}).")
    private int window;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "Not measured (default: ${DEFAULT-VALUE}).")
    private double warmUpSeconds;

    @Option(
            names = {"--duration", "--seconds"},
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "Measured (default: ${DEFAULT-VALUE}).")
    private double durationSeconds;

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC",
            defaultValue = "signalbox/bench",
            description = "Below which the topics are (default: ${DEFAULT-VALUE}).")
    private String topic = "signalbox/bench";

    @Mixin
    private final Connection connection = new Connection();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() throws Exception {
        BenchPlan plan = plan();
        MqttOptions options = connection.mqttOptions();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Progress line = Progress.of(output.stdio(), "", plan.durationMillis());
        BenchResult result;
        try (Interrupts interrupts = new Interrupts(() -> interrupted.complete(true));
                BenchRun run = new BenchRun(
                        plan,
                        (phase, millis, ofMillis, sent, received) -> line.at(
                                millis,
                                ofMillis,
                                String.format(Locale.ROOT, "%s: sent %,d/s, received %,d/s", phase, sent, received)),
                        interrupted)) {
            result = run.run(options);
        } finally {
            line.done();
        }
        print(plan, result);
        return plan.qos() > 0 && result.missing() > 0 ? Failures.REFUSED : 0;
    }

    private BenchPlan plan() {
        List<Integer> given = new ArrayList<>();
        for (Integer count : new Integer[] {pairs, fanOut, fanIn}) {
            if (count != null) {
                given.add(count);
            }
        }
        if (given.size() > 1) {
            throw connection.wrong("--pairs, --fan-out and --fan-in exclude each other; give one of them");
        }
        int many = given.isEmpty() ? 1 : given.getFirst();
        within("the number of connections", many, 1, 100_000);
        within("--idle", idle, 0, 100_000);
        within("the QoS", qos, 0, 2);
        within("--rate", rate, 0, 100_000_000);
        within("--size", size, BenchPlan.PAYLOAD_BYTES_MIN, 268_000_000);
        within("--window", window, 1, 60_000);
        within("--duration", (long) Math.ceil(durationSeconds), 1, 1_000_000);
        within("--warm-up", (long) Math.ceil(warmUpSeconds), 0, 1_000_000);
        return new BenchPlan(
                fanOut != null ? Shape.FAN_OUT : fanIn != null ? Shape.FAN_IN : Shape.PAIRS,
                many,
                idle,
                qos,
                rate,
                size,
                window,
                (long) (warmUpSeconds * 1_000),
                (long) (durationSeconds * 1_000),
                topic);
    }

    private void within(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw connection.wrong(what + " is " + value + "; it must be " + least + " to " + most);
        }
    }

    private void print(BenchPlan plan, BenchResult result) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("shape", plan.shape().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        fields.put("publishers", plan.publishers());
        fields.put("subscribers", plan.subscribers());
        fields.put("idle", plan.idle());
        fields.put("qos", plan.qos());
        fields.put("payloadBytes", plan.payloadBytes());
        fields.put("seconds", rounded(result.seconds()));
        fields.put("sent", result.sent());
        fields.put("sentPerSecond", Math.round(result.sent() / result.seconds()));
        fields.put("received", result.received());
        fields.put("receivedPerSecond", Math.round(result.received() / result.seconds()));
        fields.put("missing", result.missing());
        fields.put("duplicates", result.duplicates());
        percentiles(fields, "latencyMillis", result.latency());
        if (plan.qos() > 0) {
            percentiles(fields, "acknowledgementMillis", result.acknowledgement());
        }
        output.fields(fields);
    }

    private void percentiles(Map<String, @Nullable Object> fields, String name, Histogram nanos) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (double percentile : PERCENTILES) {
            String key = "p" + (percentile == Math.rint(percentile) ? Long.toString((long) percentile) : percentile);
            values.put(key, rounded(nanos.getValueAtPercentile(percentile) / 1e6));
        }
        values.put("max", rounded(nanos.getMaxValue() / 1e6));
        if (output.json()) {
            fields.put(name, values);
        } else {
            values.forEach((key, value) -> fields.put(name + " " + key, value));
        }
    }

    private static double rounded(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }
}
