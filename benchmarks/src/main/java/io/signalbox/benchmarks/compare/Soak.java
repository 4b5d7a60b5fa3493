package io.signalbox.benchmarks.compare;

import io.signalbox.benchmarks.compare.Scenario.Setting;
import io.signalbox.benchmarks.load.LoadException;
import io.signalbox.benchmarks.load.LoadRun;
import io.signalbox.benchmarks.load.Plan;
import io.signalbox.benchmarks.load.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "benchmarks/soak",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Loads a Signalbox at half its greatest rate for long, and says whether anything grows.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:flat, and nothing lost",
            "1:something grows, or messages were lost",
            "2:wrong usage",
            "3:the server died or no longer answered; the samples until then are kept",
            "69:it did not start, or not stand its greatest rate"
        })
final class Soak implements Callable<Integer> {
    private static final int DIED = 3;

    /** At the rate of the soak, before the heap is read for the first time: it is then in the state it will be in. */
    private static final double WARM_UP_SECONDS = 20;

    private static final String GREATEST = "-E 1000 -w 5 -d 10";
    private static final int GROWN_CLASSES_MAX = 8;
    private static final int READINGS = 3;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    /** Without load, before the heap is read: a segment of the log, and what hangs on it, lives for ten seconds. */
    private static final long REST_SECONDS = 15;

    @Option(names = "--minutes", paramLabel = "N", defaultValue = "30", description = "How long (default: 30).")
    private double minutes;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "Per sample (default: 10).")
    private double intervalSeconds;

    @Option(
            names = "--load",
            paramLabel = "OPTIONS",
            defaultValue = "-m pairs -P 10 -S 10 -s 64 -q 1 -W 1000",
            description = "Of the load generator (default: ${DEFAULT-VALUE}).")
    private String load = "";

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Messages/s; 0: half of the greatest. The greatest is looked for in any case, to warm up.")
    private double rate;

    @Option(names = "--output", paramLabel = "FOLDER", description = "For soak.csv, soak.svg and soak.txt.")
    private Path output = Path.of("docs/performance");

    @Option(names = "--root", hidden = true)
    private Path root = Path.of("");

    @Option(names = "--peers", hidden = true)
    private Path peers = Path.of("benchmarks/target/peers");

    private final List<RunningBroker> running = new CopyOnWriteArrayList<>();
    private @Nullable Exception trouble;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Soak()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> running.forEach(RunningBroker::close)));
        Installation places = new Installation(root.toAbsolutePath(), peers.toAbsolutePath());
        try (RunningBroker broker = RunningBroker.start(Broker.SIGNALBOX, places, Setting.DISK, running);
                HeapMetrics metrics = new HeapMetrics(broker.start.nativePort(), ANSWER_MAX)) {
            SoakFindings findings = new SoakFindings(output);
            Result cold = LoadRun.run(plan(broker, GREATEST));
            Result warm = LoadRun.run(plan(broker, paced(rate > 0 ? rate : cold.pubRate() / 2, WARM_UP_SECONDS)));
            TimeUnit.SECONDS.sleep(REST_SECONDS);
            HeapHistogram before = leastReachable(broker.pid());
            // Reading it has made the heap as small as what is reachable: it gets the size back that load gives it.
            Result greatest = LoadRun.run(plan(broker, GREATEST));
            double chosen = rate > 0 ? rate : greatest.pubRate() / 2;
            findings.say(String.format(
                    Locale.ROOT,
                    "greatest rate %,.0f messages/s cold, %,.0f warm; the soak: %,.0f for %.1f minutes (%s)",
                    cold.pubRate(),
                    greatest.pubRate(),
                    chosen,
                    minutes,
                    load));
            boolean whole = whole(findings, "greatest rate, cold", cold)
                    & whole(findings, "warm-up", warm)
                    & whole(findings, "greatest rate, warm", greatest);
            int code = soak(broker, metrics, findings, chosen, before);
            running.remove(broker);
            return code == 0 && !whole ? 1 : code;
        } catch (IOException | LoadException e) {
            System.err.println("soak: " + e.getMessage());
            return 69;
        }
    }

    private Plan plan(RunningBroker broker, String more) {
        String all = load + " -p " + broker.port() + " --pid " + broker.pid() + " " + more;
        return Plan.parse(all.split(" "));
    }

    private static String paced(double perSecond, double seconds) {
        return String.format(Locale.ROOT, "-r %.0f -w 0 -d %.0f", perSecond, seconds);
    }

    /** @return the exit code */
    private int soak(
            RunningBroker broker, HeapMetrics metrics, SoakFindings findings, double chosen, HeapHistogram before)
            throws IOException, InterruptedException {
        Result result = load(broker, metrics, findings, chosen);
        findings.draw();
        if (result != null) {
            findings.say(result.text());
        }
        if (trouble != null || result == null) {
            return died(broker, trouble);
        }
        boolean flat = findings.flat(minutes);
        boolean whole = whole(findings, "soak", result);
        TimeUnit.SECONDS.sleep(REST_SECONDS);
        try {
            flat &= live(findings, before, leastReachable(broker.pid()));
        } catch (IOException e) {
            return died(broker, e);
        }
        return flat && whole ? 0 : 1;
    }

    /** @return null if the run could not be brought to its end */
    private @Nullable Result load(RunningBroker broker, HeapMetrics metrics, SoakFindings findings, double chosen) {
        long start = System.nanoTime();
        long[] next = {start + (long) (intervalSeconds * 1e9)};
        try (MemoryReadings memory = new MemoryReadings(broker.pid(), metrics, intervalSeconds)) {
            return LoadRun.run(plan(broker, paced(chosen, minutes * 60)), (now, latency) -> {
                if (now >= next[0]) {
                    next[0] += (long) (intervalSeconds * 1e9);
                    sample(start, now, memory, latency, findings);
                }
                return trouble == null;
            });
        } catch (LoadException e) {
            trouble = trouble == null ? e : trouble;
            return null;
        }
    }

    private void sample(
            long startNanos, long nowNanos, MemoryReadings memory, Histogram latency, SoakFindings findings) {
        try {
            MemoryReadings.Reading read = memory.latest(nowNanos);
            SoakSample sample = new SoakSample(
                    (nowNanos - startNanos) / 1e9,
                    latency.getTotalCount(),
                    read.resident(),
                    read.heap(),
                    read.old(),
                    read.descriptors(),
                    latency.getValueAtPercentile(50) / 1e3,
                    latency.getValueAtPercentile(99.9) / 1e3);
            latency.reset();
            findings.add(sample);
            System.err.println("soak: " + sample.csv());
        } catch (IOException e) {
            trouble = e;
        }
    }

    private static boolean whole(SoakFindings findings, String what, Result result) throws IOException {
        return findings.whole(what, Generator.JSON.valueToTree(result));
    }

    /** Of three readings: a single one still has what waits for its finalisers. */
    private static HeapHistogram leastReachable(long pid) throws IOException, InterruptedException {
        HeapHistogram least = Jcmd.reachable(pid);
        for (int i = 1; i < READINGS; i++) {
            HeapHistogram next = Jcmd.reachable(pid);
            least = next.mib() < least.mib() ? next : least;
        }
        return least;
    }

    private static int died(RunningBroker broker, @Nullable Exception why) {
        System.err.printf(
                "soak: the server %s: %s%n%s%n",
                broker.isAlive() ? "no longer answers" : "died", why, broker.logTail());
        return DIED;
    }

    /** The heap itself is no measure: garbage of the old generation may wait for a collection for hours. */
    private static boolean live(SoakFindings findings, HeapHistogram before, HeapHistogram after) throws IOException {
        double growth = after.mib() / before.mib() - 1;
        boolean flat = growth <= SoakFindings.MEMORY_GROWTH_MAX;
        findings.say(String.format(
                Locale.ROOT,
                "reachable heap, without load: %.2f MiB before, %.2f MiB after, %+.1f %%: %s",
                before.mib(),
                after.mib(),
                growth * 100,
                flat ? "flat" : "GROWS (more than " + Math.round(SoakFindings.MEMORY_GROWTH_MAX * 100) + " %)"));
        findings.say("most of it: " + String.join(", ", after.grownSince(before, GROWN_CLASSES_MAX)));
        return flat;
    }
}
