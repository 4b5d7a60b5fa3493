package io.signalbox.benchmarks.compare;

import io.signalbox.benchmarks.compare.Scenario.Setting;
import io.signalbox.benchmarks.load.LoadRun;
import io.signalbox.benchmarks.load.Plan;
import io.signalbox.benchmarks.load.ProcessFigures;
import io.signalbox.benchmarks.load.ProcessFigures.ThreadCpu;
import io.signalbox.benchmarks.load.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "benchmarks/budget",
        mixinStandardHelpOptions = true,
        description = "What one delivered message costs a Signalbox: processor time by station, system calls, and"
                + " allocated bytes. The load runs three times: plain, under the flight recorder, and under perf.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:measured", "69:it did not start"})
final class Budget implements Callable<Integer> {
    @Option(
            names = "--load",
            paramLabel = "OPTIONS",
            defaultValue = "-m pairs -P 10 -S 10 -s 64 -q 0 -W 1000",
            description = "Of the load generator (default: ${DEFAULT-VALUE}).")
    private String load = "";

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "Of each run (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--root", hidden = true)
    private Path root = Path.of("");

    @Option(names = "--peers", hidden = true)
    private Path peers = Path.of("benchmarks/target/peers");

    private final List<RunningBroker> running = new CopyOnWriteArrayList<>();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Budget()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> running.forEach(RunningBroker::close)));
        Installation places = new Installation(root.toAbsolutePath(), peers.toAbsolutePath());
        Path file = Files.createTempFile("signalbox-budget-", ".jfr");
        try (RunningBroker broker = RunningBroker.start(Broker.SIGNALBOX, places, Setting.MEMORY, running)) {
            run(broker, 5);
            Map<String, ThreadCpu> threadsBefore = ProcessFigures.threads(broker.pid());
            double systemBefore = ProcessFigures.cpu(broker.pid()).system();
            Result plain = run(broker, seconds);
            double system = ProcessFigures.cpu(broker.pid()).system() - systemBefore;
            UserTime user = UserTime.between(threadsBefore, ProcessFigures.threads(broker.pid()));
            Jcmd.run(broker.pid(), "JFR.start", "name=budget", "settings=profile", "filename=" + file);
            Result recorded = run(broker, seconds);
            Jcmd.run(broker.pid(), "JFR.stop", "name=budget");
            Double calls = systemCalls(broker);
            running.remove(broker);
            Recording recording = Recording.read(file);
            print(
                    new BudgetTable(
                            plain.delivered(),
                            user,
                            system,
                            recording.samples(),
                            calls,
                            (double) recording.allocatedBytes() / recorded.delivered(),
                            recording.bytesByClass()),
                    plain);
            return 0;
        } catch (IOException e) {
            System.err.println("budget: " + e.getMessage());
            return 69;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private Result run(RunningBroker broker, int seconds) {
        String all = load + " -w 0 -d " + seconds + " -p " + broker.port() + " --pid " + broker.pid();
        return LoadRun.run(Plan.parse(all.split(" ")));
    }

    /** @return for each delivered message; null if perf cannot count here */
    private @Nullable Double systemCalls(RunningBroker broker) throws InterruptedException {
        try {
            Process perf = new ProcessBuilder(
                            "perf",
                            "stat",
                            "-x",
                            ";",
                            "-e",
                            "raw_syscalls:sys_enter",
                            "-p",
                            Long.toString(broker.pid()))
                    .redirectErrorStream(true)
                    .start();
            Result counted = run(broker, seconds);
            new ProcessBuilder("kill", "-INT", Long.toString(perf.pid()))
                    .start()
                    .waitFor();
            String output = new String(perf.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            perf.waitFor(10, TimeUnit.SECONDS);
            return output.lines()
                    .filter(line -> line.contains("sys_enter") && Character.isDigit(line.charAt(0)))
                    .findFirst()
                    .map(line -> Double.parseDouble(line.substring(0, line.indexOf(';'))) / counted.delivered())
                    .orElse(null);
        } catch (IOException noPerf) {
            return null;
        }
    }

    private void print(BudgetTable table, Result plain) {
        System.out.printf(
                Locale.ROOT,
                "%s: %,.0f delivered/s; generator %.0f %% of a core%n%n%s",
                load,
                plain.deliverRate(),
                plain.genCpuPct(),
                table.text());
    }
}
