package io.signalbox.systemtests.overload;

import io.signalbox.systemtests.process.BrokerProcess;
import io.signalbox.systemtests.process.Keys;
import io.signalbox.systemtests.process.ProcFs;
import io.signalbox.systemtests.process.Sample;
import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.systemtests.wire.Connection;
import io.signalbox.systemtests.wire.Packets;
import io.signalbox.systemtests.wire.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Ways to trouble a broker with 256 MB of heap, each beside a well-behaved client that must not
 * notice: strangers that say nothing, strangers that announce 256 MB, readers that never read, a
 * crowd that connects at once, and a crowd beyond the rate that is let in.
 *
 * <pre>./test overload [--strangers 10000] [--readers 1000] [--seconds 600] [--crowd 10000]</pre>
 *
 * The readers are measured twice: first nobody, then all of them, each for so many seconds.
 */
final class OverloadHarness {
    static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    /** A stranger must be gone after it on a machine that does nothing else, and the harness looks through all sockets at intervals. */
    private static final int REMOVAL_MILLIS_MAX = CONNECT_TIMEOUT_MILLIS + 5_000;

    static final long STRANGERS_BYTES_MAX = 64L << 20;

    /** CONNECT announcing 256 MB of which nothing more comes. */
    private static final byte[] CONNECT_OF_256_MB = {0x10, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f, 0, 4, 'M', 'Q'};

    /**
     * @param sockets opened
     * @param turnedAway of them, before they were answered
     * @param settledMillis from the last socket's opening until the broker had answered or closed all
     * @param roundTrips of the well-behaved client meanwhile, and how long they took
     * @param residentBytesBefore of the broker, and with all sockets open
     * @param liveHeapBytesBefore on the heap of a Signalbox after a full collection, and with all sockets open;
     *     0 of other brokers
     * @param descriptorsLeft more than before when all was over
     */
    record Report(
            int sockets,
            int turnedAway,
            long settledMillis,
            int roundTrips,
            long medianMillis,
            long p99Millis,
            long slowestMillis,
            long residentBytesBefore,
            long residentBytesAtWorst,
            long liveHeapBytesBefore,
            long liveHeapBytesAtWorst,
            long descriptorsLeft) {
        /** Within the heap, which is resident from the start, and outside of it. */
        long grownBytes() {
            return Math.max(0, residentBytesAtWorst - residentBytesBefore)
                    + Math.max(0, liveHeapBytesAtWorst - liveHeapBytesBefore);
        }
    }

    private OverloadHarness() {}

    static ServerProcess.Builder server() {
        return ServerProcess.with()
                // The heap is resident from the start: what grows later is outside of it, in whatever order trials run.
                .jvm("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch")
                .set(Keys.CONNECT_TIMEOUT, CONNECT_TIMEOUT_MILLIS + "ms");
    }

    public static void main(String[] arguments) throws IOException {
        List<String> list = List.of(arguments);
        if (list.contains("--help")) {
            System.out.println("overload [--strangers 10000] [--readers 1000] [--seconds 600] [--crowd 10000]");
            return;
        }
        int strangers = number(list, "--strangers", 10_000);
        Duration time = Duration.ofSeconds(number(list, "--seconds", 600));
        int crowd = number(list, "--crowd", 10_000);
        List<String> findings = new ArrayList<>();
        try (ServerProcess server = server().start()) {
            Report silent = tell("silent strangers", silentStrangers(server, strangers));
            Report lying = tell("lying strangers", lyingStrangers(server, strangers));
            for (Report report : List.of(silent, lying)) {
                check(findings, "strangers stayed, ms", report.settledMillis, REMOVAL_MILLIS_MAX);
                check(findings, "bytes for strangers", report.grownBytes(), STRANGERS_BYTES_MAX);
            }
            Report nobody = tell("no readers", readersThatNeverRead(server, 0, Long.MAX_VALUE, time));
            int count = number(list, "--readers", 1_000);
            Report readers = tell("readers", readersThatNeverRead(server, count, Long.MAX_VALUE, time));
            check(
                    findings,
                    "p99 beside readers that never read, ms",
                    readers.p99Millis,
                    Math.max(100, 2 * nobody.p99Millis));
            long dropped =
                    server.http().get("/api/v1/stats").json().path("dropped").asLong();
            System.out.println("dropped and counted: " + dropped);
            if (dropped == 0) {
                findings.add("nothing was counted as dropped");
            }
        }
        try (ServerProcess server = server().start()) {
            Report all = tell("crowd", crowd(server, crowd));
            check(findings, "turned away", all.turnedAway, 0);
            check(findings, "resident with the crowd", all.residentBytesAtWorst, 600L << 20);
        }
        try (ServerProcess server = limited().start()) {
            Report some = tell("crowd beyond the rate", crowd(server, crowd));
            check(findings, "p99 beside the crowd, ms", some.p99Millis, 100);
            if (some.turnedAway == 0) {
                findings.add("nobody was turned away beyond the rate");
            }
        }
        findings.forEach(System.out::println);
        System.exit(findings.isEmpty() ? 0 : 1);
    }

    /** Lets in ten a second: a crowd that comes one by one on a busy machine is beyond that, too. */
    static ServerProcess.Builder limited() {
        return server().set("mqtt.connect-rate-per-second", 10);
    }

    private static Report tell(String what, Report report) {
        System.out.println(what + ": " + report);
        return report;
    }

    private static void check(List<String> findings, String what, long found, long max) {
        if (found > max) {
            findings.add(what + ": " + found + ", at most " + max);
        }
    }

    private static int number(List<String> arguments, String name, int otherwise) {
        int at = arguments.indexOf(name);
        return at < 0 ? otherwise : Integer.parseInt(arguments.get(at + 1));
    }

    /** Sockets that never say a word; the broker must close them all by itself. */
    static Report silentStrangers(BrokerProcess broker, int count) throws IOException {
        return strangers(broker, count, new byte[0]);
    }

    /** Sockets whose first packet claims to be as large as can be. */
    static Report lyingStrangers(BrokerProcess broker, int count) throws IOException {
        return strangers(broker, count, CONNECT_OF_256_MB);
    }

    private static Report strangers(BrokerProcess broker, int count, byte[] greeting) throws IOException {
        try (Watch watch = new Watch(broker)) {
            watch.open(count, number -> greeting);
            long opened = System.nanoTime();
            watch.resident();
            Awaitility.await("the strangers are sent away")
                    .atMost(Duration.ofSeconds(120))
                    .until(() -> {
                        watch.good.roundTrip();
                        return watch.sockets.closedByServer() == count;
                    });
            return watch.report(count, count, millisSince(opened));
        }
    }

    /** Clients that connect as fast as they can, and stay. Each is answered, or turned away at once. */
    static Report crowd(BrokerProcess broker, int count) throws IOException {
        try (Watch watch = new Watch(broker)) {
            watch.open(count, number -> Packets.connect(Version.V3_1_1, "one-of-a-crowd-" + number, 0, true));
            long opened = System.nanoTime();
            Awaitility.await("all are answered or turned away")
                    .atMost(Duration.ofSeconds(120))
                    .until(() -> {
                        watch.good.roundTrip();
                        Sockets.Answers answers = watch.sockets.answers();
                        return answers.accepted() + answers.turnedAway() == count;
                    });
            long settled = millisSince(opened);
            watch.resident();
            return watch.report(count, watch.sockets.answers().turnedAway(), settled);
        }
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    /**
     * Subscribers that take nothing while 8 KiB messages at QoS 0 are published for them, until there
     * were so many messages or the time is over.
     */
    static Report readersThatNeverRead(BrokerProcess broker, int readers, long messages, Duration time)
            throws IOException {
        try (Watch watch = new Watch(broker);
                Connection flood = Connection.open(broker.mqttPort(), Version.V3_1_1, "flood", 0, true, 60_000)) {
            watch.sockets.open(readers, OverloadHarness::connectAndSubscribe);
            byte[] packet = Packets.publish(Version.V3_1_1, "flood/x", 0, false, 0, new byte[8 * 1024]);
            long began = System.nanoTime();
            for (long sent = 0; sent < messages && System.nanoTime() - began < time.toNanos(); sent++) {
                flood.send(packet);
                if (sent % 20 == 0) {
                    flood.flush();
                    watch.good.roundTrip();
                }
            }
            flood.flush();
            watch.good.roundTrip();
            watch.resident();
            return watch.report(readers, 0, 0);
        }
    }

    private static byte[] connectAndSubscribe(int number) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(Packets.connect(Version.V3_1_1, "never-reads-" + number, 0, true));
        bytes.writeBytes(Packets.subscribe(Version.V3_1_1, 1, "flood/#", 0));
        return bytes.toByteArray();
    }

    /** The sockets of one trial, the client beside them, and what the broker held before. */
    private static final class Watch implements AutoCloseable {
        private final BrokerProcess broker;
        private final WellBehaved good;
        private final Sockets sockets;
        private final long residentBefore;
        private final long descriptorsBefore;
        private long residentAtWorst;
        private final long liveHeapBefore;
        private long liveHeapAtWorst;

        Watch(BrokerProcess broker) throws IOException {
            this.broker = broker;
            this.good = WellBehaved.connect(broker.mqttPort());
            this.sockets = new Sockets(broker.mqttPort());
            good.roundTrip();
            this.liveHeapBefore = liveHeapBytes();
            this.residentBefore = ProcFs.residentBytes(broker.pid());
            this.descriptorsBefore = ProcFs.descriptors(broker.pid());
        }

        void open(int count, java.util.function.IntFunction<byte[]> greeting) throws IOException {
            for (int opened = 0; opened < count; opened += 100) {
                sockets.open(Math.min(100, count - opened), greeting);
                good.roundTrip();
            }
        }

        void resident() {
            residentAtWorst = ProcFs.residentBytes(broker.pid());
            liveHeapAtWorst = liveHeapBytes();
        }

        private long liveHeapBytes() {
            return broker instanceof ServerProcess signalbox ? Sample.liveHeapBytes(signalbox) : 0;
        }

        /** Closes the sockets and waits until the broker has given back their descriptors. */
        Report report(int count, int turnedAway, long settledMillis) {
            sockets.close();
            // A few files may have been opened for the log meanwhile.
            Awaitility.await("descriptors are given back")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> ProcFs.descriptors(broker.pid()) <= descriptorsBefore + 10);
            return new Report(
                    count,
                    turnedAway,
                    settledMillis,
                    good.roundTrips(),
                    good.percentileMillis(50),
                    good.percentileMillis(99),
                    good.percentileMillis(100),
                    residentBefore,
                    residentAtWorst,
                    liveHeapBefore,
                    liveHeapAtWorst,
                    ProcFs.descriptors(broker.pid()) - descriptorsBefore);
        }

        @Override
        public void close() {
            sockets.close();
            good.close();
        }
    }
}
