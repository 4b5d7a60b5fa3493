package io.signalbox.systemtests.overload;

import io.signalbox.systemtests.process.BrokerProcess;
import io.signalbox.systemtests.process.ProcFs;
import io.signalbox.systemtests.wire.Connection;
import io.signalbox.systemtests.wire.Packets;
import io.signalbox.systemtests.wire.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * Three ways to trouble a broker, each beside a well-behaved client that must not notice.
 *
 * <pre>./test overload [--half-open 10000] [--lies 10000] [--readers 1000]</pre>
 */
final class OverloadHarness {
    /** CONNECT announcing 256 MB of which nothing more comes. */
    private static final byte[] CONNECT_OF_256_MB = {0x10, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f, 0, 4, 'M', 'Q'};

    /**
     * @param sockets opened
     * @param roundTrips of the well-behaved client meanwhile
     * @param slowestMillis of them
     * @param residentBytesBefore of the broker, and with all sockets open
     * @param descriptorsLeft more than before when all was over
     */
    record Report(
            int sockets,
            int roundTrips,
            long slowestMillis,
            long residentBytesBefore,
            long residentBytesAtWorst,
            long descriptorsLeft) {
        long grownBytes() {
            return residentBytesAtWorst - residentBytesBefore;
        }
    }

    private OverloadHarness() {}

    public static void main(String[] arguments) throws IOException {
        List<String> list = List.of(arguments);
        if (list.contains("--help")) {
            System.out.println("overload [--half-open 10000] [--lies 10000] [--readers 1000]");
            return;
        }
        try (var server = OverloadTest.server().start()) {
            System.out.println("half-open: " + silentStrangers(server, number(list, "--half-open", 10_000)));
            System.out.println("lies: " + lyingStrangers(server, number(list, "--lies", 10_000)));
            System.out.println("readers: " + readersThatNeverRead(server, number(list, "--readers", 1_000), 2_000));
            System.out.println("stats: " + server.http().get("/api/v1/stats").body());
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
        try (WellBehaved good = WellBehaved.connect(broker.mqttPort());
                Sockets sockets = new Sockets(broker.mqttPort())) {
            good.roundTrip();
            long residentBefore = ProcFs.residentBytes(broker.pid());
            long descriptorsBefore = ProcFs.descriptors(broker.pid());
            for (int opened = 0; opened < count; opened += 100) {
                sockets.open(Math.min(100, count - opened), number -> greeting);
                good.roundTrip();
            }
            long residentAtWorst = ProcFs.residentBytes(broker.pid());
            Awaitility.await("the strangers are sent away")
                    .atMost(Duration.ofSeconds(120))
                    .until(() -> {
                        good.roundTrip();
                        return sockets.closedByServer() == count;
                    });
            long left = awaitDescriptors(broker, descriptorsBefore);
            return new Report(count, good.roundTrips(), good.slowestMillis(), residentBefore, residentAtWorst, left);
        }
    }

    private static long awaitDescriptors(BrokerProcess broker, long before) {
        // A few files may have been opened for the log meanwhile.
        Awaitility.await("descriptors are given back")
                .atMost(Duration.ofSeconds(60))
                .until(() -> ProcFs.descriptors(broker.pid()) <= before + 10);
        return ProcFs.descriptors(broker.pid()) - before;
    }

    /** Subscribers that take nothing while 8 KiB messages at QoS 0 are published for them. */
    static Report readersThatNeverRead(BrokerProcess broker, int readers, int messages) throws IOException {
        try (WellBehaved good = WellBehaved.connect(broker.mqttPort());
                Sockets sockets = new Sockets(broker.mqttPort());
                Connection flood = Connection.open(broker.mqttPort(), Version.V3_1_1, "flood", 0, true, 60_000)) {
            long residentBefore = ProcFs.residentBytes(broker.pid());
            long descriptorsBefore = ProcFs.descriptors(broker.pid());
            sockets.open(readers, OverloadHarness::connectAndSubscribe);
            byte[] packet = Packets.publish(Version.V3_1_1, "flood/x", 0, false, 0, new byte[8 * 1024]);
            for (int sent = 0; sent < messages; sent++) {
                flood.send(packet);
                if (sent % 20 == 0) {
                    flood.flush();
                    good.roundTrip();
                }
            }
            flood.flush();
            good.roundTrip();
            long residentAtWorst = ProcFs.residentBytes(broker.pid());
            sockets.close();
            long left = awaitDescriptors(broker, descriptorsBefore);
            return new Report(readers, good.roundTrips(), good.slowestMillis(), residentBefore, residentAtWorst, left);
        }
    }

    private static byte[] connectAndSubscribe(int number) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(Packets.connect(Version.V3_1_1, "never-reads-" + number, 0, true));
        bytes.writeBytes(Packets.subscribe(Version.V3_1_1, 1, "flood/#", 0));
        return bytes.toByteArray();
    }
}
