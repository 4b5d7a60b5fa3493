package io.signalbox.systemtests.crash;

import io.signalbox.systemtests.disk.SmallDisk;
import io.signalbox.systemtests.process.Sample;
import io.signalbox.systemtests.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A mixed load for hours, on a server with a small disk that is killed, stopped for a while, or
 * finds its disk full, one of them every 60 to 120 s. Nothing acknowledged may be lost or out of
 * order, and heap and descriptors must stay level.
 *
 * <pre>./test soak [--minutes 480] [--per-second 500] [--seed N]   (as root, for the small disk)</pre>
 *
 * Where no disk can be mounted, that disturbance is left out, which the report says.
 */
final class SoakHarness {
    private static final int DISK_MEBIBYTES = 512;
    private static final int PAYLOAD_BYTES = 256;
    private static final int PUBLISHERS_PER_QOS = 2;

    private enum Disturbance {
        KILL,
        PAUSE,
        FULL_DISK
    }

    /**
     * How a run goes.
     *
     * @param every at least so long between two disturbances, at most twice as long
     * @param pauseMax of a server that is stopped
     * @param perSecond messages of each publisher
     */
    record Plan(int disturbances, Duration every, Duration pauseMax, int perSecond, long seed) {}

    /**
     * @param samples one after the start, then one after each disturbance
     * @param findings what must not be; empty when all is well
     */
    record Report(
            int kills, int pauses, int fullDisks, long acknowledged, List<Sample> samples, List<String> findings) {}

    private final Plan plan;
    private final ServerProcess server;
    private final List<Disturbance> kinds;
    private final @Nullable SmallDisk disk;
    private final Random random;
    private final Workload load = new Workload();
    private final List<Sample> samples = new ArrayList<>();
    private final int[] happened = new int[Disturbance.values().length];

    private SoakHarness(Plan plan, ServerProcess server, @Nullable SmallDisk disk, List<Disturbance> kinds) {
        this.plan = plan;
        this.server = server;
        this.disk = disk;
        this.kinds = kinds;
        this.random = new Random(plan.seed);
    }

    public static void main(String[] arguments) throws IOException {
        List<String> list = List.of(arguments);
        if (list.contains("--help")) {
            System.out.println("soak [--minutes 480] [--per-second 500] [--seed N]");
            return;
        }
        long seed = number(list, "--seed", System.nanoTime() & 0xffff_ffffL);
        System.out.println("seed " + seed);
        int disturbances = (int) Math.max(1, number(list, "--minutes", 480) * 60 / 90);
        Report report = run(new Plan(
                disturbances,
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                (int) number(list, "--per-second", 500),
                seed));
        System.out.printf(
                "%d kills, %d pauses, %d full disks, %d messages acknowledged, %d findings%n",
                report.kills, report.pauses, report.fullDisks, report.acknowledged, report.findings.size());
        System.out.println("after the first disturbance " + report.samples.get(1) + ", after the last "
                + report.samples.getLast());
        report.findings.forEach(System.out::println);
        System.exit(report.findings.isEmpty() ? 0 : 1);
    }

    private static long number(List<String> arguments, String name, long otherwise) {
        int at = arguments.indexOf(name);
        return at < 0 ? otherwise : Long.parseLong(arguments.get(at + 1));
    }

    static Report run(Plan plan) throws IOException {
        boolean mountable = SmallDisk.isPossible();
        if (!mountable) {
            System.out.println("no small disk can be mounted here: the disk will never be full");
            try (ServerProcess server = ServerProcess.with().build()) {
                return new SoakHarness(plan, server, null, List.of(Disturbance.KILL, Disturbance.PAUSE)).run();
            }
        }
        try (SmallDisk disk = SmallDisk.mount(DISK_MEBIBYTES);
                ServerProcess server = ServerProcess.with()
                        .data(disk.folder().resolve("data"))
                        .set("log.segment-bytes", "4MiB")
                        .set("log.segments-max", 20)
                        .set("broker.snapshot-bytes", "16MiB")
                        .build()) {
            return new SoakHarness(plan, server, disk, List.of(Disturbance.values())).run();
        }
    }

    private Report run() throws IOException {
        server.start();
        load.run.brokerIsUp(server.mqttPort());
        try {
            CrashHarness.mixedSubscribers(load, PUBLISHERS_PER_QOS);
            load.awaitSubscribed();
            CrashHarness.mixedPublishers(load, PAYLOAD_BYTES, plan.perSecond);
            samples.add(Sample.of(server));
            for (int number = 0; number < plan.disturbances; number++) {
                LockSupport.parkNanos(plan.every.toNanos() + random.nextLong(plan.every.toNanos()));
                load.awaitAcknowledgements(1);
                // Each kind at least once, however short the run.
                disturb(number < kinds.size() ? kinds.get(number) : kinds.get(random.nextInt(kinds.size())));
                load.awaitAcknowledgements(100);
                samples.add(Sample.of(server));
            }
            load.drain();
            load.checkRetained(server.mqttPort());
        } catch (IllegalStateException e) {
            throw new IllegalStateException("seed " + plan.seed + ", the server said:\n" + server.tail(), e);
        } finally {
            load.end();
        }
        List<String> findings = new ArrayList<>(load.findings());
        int mismatches =
                server.http().get("/api/v1/ledger").json().path("mismatches").size();
        if (mismatches > 0) {
            findings.add(mismatches + " lines of the ledger do not balance");
        }
        checkLevel(findings);
        return new Report(
                happened[0], happened[1], happened[2], load.run.acknowledgedCount(), List.copyOf(samples), findings);
    }

    private void disturb(Disturbance kind) throws IOException {
        happened[kind.ordinal()]++;
        switch (kind) {
            case KILL -> {
                load.run.brokerIsDown();
                server.kill();
                server.start();
                load.run.brokerIsUp(server.mqttPort());
            }
            case PAUSE -> {
                server.pause();
                LockSupport.parkNanos(random.nextLong(plan.pauseMax.toNanos() / 30, plan.pauseMax.toNanos()));
                server.resume();
            }
            case FULL_DISK -> {
                SmallDisk small = Objects.requireNonNull(disk);
                small.fill();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500 + random.nextInt(1_500)));
                small.throwOffBallast();
            }
        }
    }

    /** The first and the last fifth of a long run are compared; a short one says nothing about a slope. */
    private void checkLevel(List<String> findings) {
        int fifth = samples.size() / 5;
        if (fifth < 4) {
            return;
        }
        List<Sample> first = samples.subList(1, 1 + fifth);
        List<Sample> last = samples.subList(samples.size() - fifth, samples.size());
        double heap = median(last, true) / median(first, true);
        double descriptors = median(last, false) / median(first, false);
        System.out.printf("heap %.3f, descriptors %.3f times those of the first fifth%n", heap, descriptors);
        if (heap > 1.05) {
            findings.add("the live heap grew by more than 5 %");
        }
        if (descriptors > 1.05) {
            findings.add("the descriptors grew by more than 5 %");
        }
    }

    private static double median(List<Sample> of, boolean heap) {
        long[] sorted = of.stream()
                .mapToLong(sample -> heap ? sample.heapBytes() : sample.descriptors())
                .sorted()
                .toArray();
        return sorted[sorted.length / 2];
    }
}
