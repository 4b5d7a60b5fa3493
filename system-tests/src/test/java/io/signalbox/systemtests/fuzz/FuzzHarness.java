package io.signalbox.systemtests.fuzz;

import io.signalbox.systemtests.clients.ScriptedClients;
import io.signalbox.systemtests.process.Sample;
import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.systemtests.wire.Connection;
import io.signalbox.systemtests.wire.Packets;
import io.signalbox.systemtests.wire.Pipeline;
import io.signalbox.systemtests.wire.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.awaitility.Awaitility;

/**
 * Sends mutated packets over real sockets to a real server, beside a client that must not notice.
 * Afterwards descriptors and heap must be back, and every scenario of paho-mqtt and MQTT.js must pass
 * on the same process.
 *
 * <pre>./test fuzz [--packets 5000000] [--seed N]</pre>
 */
final class FuzzHarness {
    private static final int CLOSE_TIMEOUT_MILLIS = 20_000;
    private static final int PACKETS_PER_CONNECTION_MAX = 20;
    private static final int CONNECTIONS_PER_LOOK = 200;

    /**
     * @param after when the scenarios had passed too
     * @param findings what must not be; empty when all is well
     */
    record Report(long packets, long connections, Sample before, Sample after, List<String> findings) {}

    private FuzzHarness() {}

    public static void main(String[] arguments) throws IOException {
        List<String> list = List.of(arguments);
        if (list.contains("--help")) {
            System.out.println("fuzz [--packets 5000000] [--seed N]");
            return;
        }
        Report report = run(number(list, "--packets", 5_000_000), number(list, "--seed", System.nanoTime()));
        System.out.println(report);
        System.exit(report.findings.isEmpty() ? 0 : 1);
    }

    private static long number(List<String> arguments, String name, long otherwise) {
        int at = arguments.indexOf(name);
        return at < 0 ? otherwise : Long.parseLong(arguments.get(at + 1));
    }

    static Report run(long packets, long seed) throws IOException {
        System.out.println("seed " + seed);
        List<String> findings = new ArrayList<>();
        try (ServerProcess server = ServerProcess.with().jvm("-Xmx256m").start()) {
            Sample before = Sample.of(server);
            SplittableRandom random = new SplittableRandom(seed);
            long sent = 0;
            long connections = 0;
            try (Connection neighbour = Connection.open(server.mqttPort(), Version.V5, "neighbour", 0, true, 60_000)) {
                Pipeline pipeline = new Pipeline(neighbour, Version.V5, 1, (index, reason) -> {});
                while (sent < packets && findings.isEmpty()) {
                    sent += attack(server.mqttPort(), random, findings);
                    if (++connections % CONNECTIONS_PER_LOOK == 0) {
                        pipeline.publish("neighbour", Packets.text("unmoved"));
                        pipeline.drain();
                    }
                }
            }
            Awaitility.await("descriptors are given back")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> Sample.of(server).descriptors() <= before.descriptors() + 20);
            for (ScriptedClients clients : ScriptedClients.values()) {
                clients.run(server.mqttPort());
            }
            if (server.hasSaid("fault of the gateway")) {
                findings.add("a fault of the gateway:\n" + server.tail());
            }
            return new Report(sent, connections, before, Sample.of(server), findings);
        }
    }

    /** One connection: a CONNECT most of the time, mutated packets, the end. Returns how many packets. */
    private static int attack(int port, SplittableRandom random, List<String> findings) throws IOException {
        Version version = random.nextBoolean() ? Version.V5 : Version.V3_1_1;
        Mutations mutations = new Mutations(random);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (random.nextInt(8) > 0) {
            bytes.writeBytes(Packets.connect(version, "mutant-" + random.nextInt(50), 0, true));
        }
        int count = 1 + random.nextInt(PACKETS_PER_CONNECTION_MAX);
        for (int i = 0; i < count; i++) {
            bytes.writeBytes(mutations.next(version));
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(CLOSE_TIMEOUT_MILLIS);
            socket.getOutputStream().write(bytes.toByteArray());
            socket.shutdownOutput();
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (SocketTimeoutException e) {
            findings.add("the server did not close a connection whose client had gone, after "
                    + java.util.HexFormat.of().formatHex(bytes.toByteArray()));
        } catch (IOException reset) {
            // Closed by the server with something unread: as it should be.
        }
        return count;
    }
}
