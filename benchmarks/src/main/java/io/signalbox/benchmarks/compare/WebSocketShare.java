package io.signalbox.benchmarks.compare;

import io.signalbox.benchmarks.compare.Scenario.Setting;
import io.signalbox.benchmarks.load.LoadRun;
import io.signalbox.benchmarks.load.Plan;
import io.signalbox.benchmarks.load.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "benchmarks/websocket",
        mixinStandardHelpOptions = true,
        description = "MQTT over WebSocket beside MQTT over TCP: one Signalbox, one load after the other through both"
                + " doors, in turns. Prints the medians, and what share WebSocket has.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:measured, and no share is below --least", "1:a share is below it", "69:it did not start"})
final class WebSocketShare implements Callable<Integer> {
    private static final List<String> LOADS = List.of(
            "-m pairs -P 10 -S 10 -s 64 -q 0 -W 1000",
            "-m pairs -P 10 -S 10 -s 64 -q 1 -W 100",
            "-m pairs -P 10 -S 10 -s 1024 -q 0 -W 1000",
            "-m fanout -P 1 -S 100 -s 64 -q 0 -W 100");

    @Option(names = "--load", paramLabel = "OPTIONS", description = "Of the load generator, instead of the usual four.")
    private List<String> loads = new ArrayList<>();

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "5", description = "Of each run (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--repeat", paramLabel = "N", defaultValue = "5", description = "Runs of each (${DEFAULT-VALUE}).")
    private int repeat;

    @Option(
            names = "--least",
            paramLabel = "PERCENT",
            defaultValue = "80",
            description = "Of TCP's rate that WebSocket must reach (${DEFAULT-VALUE}).")
    private int leastPercent;

    @Option(names = "--root", hidden = true)
    private Path root = Path.of("");

    @Option(names = "--peers", hidden = true)
    private Path peers = Path.of("benchmarks/target/peers");

    private final List<RunningBroker> running = new CopyOnWriteArrayList<>();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new WebSocketShare()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> running.forEach(RunningBroker::close)));
        Installation places = new Installation(root.toAbsolutePath(), peers.toAbsolutePath());
        boolean reached = true;
        try (RunningBroker broker = RunningBroker.start(Broker.SIGNALBOX, places, Setting.MEMORY, running)) {
            System.out.println(
                    "| load | TCP delivered/s | WebSocket delivered/s | share | server CPU, TCP / WebSocket |");
            System.out.println("| --- | --- | --- | --- | --- |");
            for (String load : loads.isEmpty() ? LOADS : loads) {
                reached &= measure(broker, load);
            }
            running.remove(broker);
        } catch (IOException e) {
            System.err.println("websocket: " + e.getMessage());
            return 69;
        }
        return reached ? 0 : 1;
    }

    private boolean measure(RunningBroker broker, String load) {
        double[] tcp = new double[repeat];
        double[] webSocket = new double[repeat];
        double[] tcpCpu = new double[repeat];
        double[] webSocketCpu = new double[repeat];
        run(broker, load, "-p " + broker.port());
        run(broker, load, "--ws -p " + broker.start.nativePort());
        for (int i = 0; i < repeat; i++) {
            Result plain = run(broker, load, "-p " + broker.port());
            Result framed = run(broker, load, "--ws -p " + broker.start.nativePort());
            tcp[i] = plain.deliverRate();
            webSocket[i] = framed.deliverRate();
            tcpCpu[i] = plain.brokerCpuPct();
            webSocketCpu[i] = framed.brokerCpuPct();
        }
        double share = 100 * median(webSocket) / median(tcp);
        System.out.printf(
                Locale.ROOT,
                "| `%s` | %,.0f | %,.0f | %.0f %% | %.0f %% / %.0f %% |%n",
                load,
                median(tcp),
                median(webSocket),
                share,
                median(tcpCpu),
                median(webSocketCpu));
        return share >= leastPercent;
    }

    private Result run(RunningBroker broker, String load, String door) {
        String all = load + " -w 0.5 -d " + seconds + " " + door + " --pid " + broker.pid();
        return LoadRun.run(Plan.parse(all.split(" ")));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
