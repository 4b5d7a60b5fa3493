package io.signalbox.systemtests.disk;

import io.signalbox.systemtests.process.BrokerProcess;
import io.signalbox.systemtests.process.MosquittoProcess;
import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.systemtests.wire.Connection;
import io.signalbox.systemtests.wire.Frame;
import io.signalbox.systemtests.wire.Packets;
import io.signalbox.systemtests.wire.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a broker under strace, publishes at QoS 1 and 2 in turn over several connections, and looks
 * whether each PUBACK, PUBREC and PUBCOMP left after an fdatasync.
 *
 * <pre>./test syscalls [--messages 10000]</pre>
 */
final class SyncOrderHarness implements AutoCloseable {
    private static final int CONNECTIONS = 4;
    private static final int MESSAGES_MAX = 65_535;

    private final Path trace;
    private final BrokerProcess broker;

    private SyncOrderHarness(Path trace, BrokerProcess broker) {
        this.trace = trace;
        this.broker = broker;
    }

    public static void main(String[] arguments) throws IOException {
        List<String> list = List.of(arguments);
        if (list.contains("--help")) {
            System.out.println("syscalls [--messages 10000]");
            return;
        }
        int at = list.indexOf("--messages");
        try (SyncOrderHarness harness = signalbox()) {
            SyncOrder order = harness.run(at < 0 ? 10_000 : Integer.parseInt(list.get(at + 1)));
            System.out.printf(
                    "%d acknowledgements, %d violations%n",
                    order.acknowledgements(), order.violations().size());
            order.violations().stream().limit(20).forEach(System.out::println);
            System.exit(order.violations().isEmpty() ? 0 : 1);
        }
    }

    static SyncOrderHarness signalbox() throws IOException {
        Path trace = traceFile();
        return new SyncOrderHarness(
                trace, ServerProcess.with().wrapper(strace(trace)).build());
    }

    static SyncOrderHarness mosquitto() throws IOException {
        Path trace = traceFile();
        return new SyncOrderHarness(trace, MosquittoProcess.create(strace(trace)));
    }

    private static Path traceFile() throws IOException {
        return Files.createTempFile("syscalls", ".strace");
    }

    /** With -D the tracer is the grandchild, so that the process that we start is the broker itself. */
    private static String[] strace(Path trace) {
        return new String[] {
            "strace",
            "-D",
            "-f",
            "-qq",
            "-yy",
            "-xx",
            "-s",
            "16384",
            "-o",
            trace.toString(),
            "-e",
            "signal=none",
            "-e",
            "trace=fdatasync,fsync,write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg"
        };
    }

    /** @param messages at most 65,535: each has a packet identifier of its own */
    SyncOrder run(int messages) throws IOException {
        if (messages > MESSAGES_MAX) {
            throw new IllegalArgumentException(messages + " messages; at most " + MESSAGES_MAX);
        }
        broker.start();
        publish(messages);
        broker.stop();
        try (var lines = Files.lines(trace, StandardCharsets.ISO_8859_1)) {
            return SyncOrder.of(SyscallTrace.parse(lines::iterator));
        }
    }

    /** With sessions that last, whose packet identifiers must outlive a power cut. */
    private void publish(int messages) throws IOException {
        List<Connection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                connections.add(Connection.open(broker.mqttPort(), Version.V3_1_1, "sync-" + i, 0, false, 120_000));
            }
            // All connections have one on its way at once, so that some share an fdatasync.
            for (int id = 1; id <= messages; id += CONNECTIONS) {
                int count = Math.min(CONNECTIONS, messages - id + 1);
                for (int i = 0; i < count; i++) {
                    send(connections.get(i), id + i);
                }
                for (int i = 0; i < count; i++) {
                    expect(connections.get(i), qosOf(id) == 1 ? Frame.PUBACK : Frame.PUBREC, id + i);
                }
                for (int i = 0; qosOf(id) == 2 && i < count; i++) {
                    connections.get(i).send(Packets.pubrel(id + i));
                    connections.get(i).flush();
                }
                for (int i = 0; qosOf(id) == 2 && i < count; i++) {
                    expect(connections.get(i), Frame.PUBCOMP, id + i);
                }
            }
        } finally {
            connections.forEach(Connection::close);
        }
    }

    /** The messages that are on their way at once have the same. */
    private static int qosOf(int id) {
        return 1 + (id - 1) / CONNECTIONS % 2;
    }

    private static void expect(Connection connection, int type, int id) throws IOException {
        Frame frame = connection.read();
        if (frame.type() != type || frame.ackedId() != id) {
            throw new IOException("expected packet type " + type + " of " + id + ", got " + frame.type());
        }
    }

    private static void send(Connection connection, int id) throws IOException {
        connection.send(Packets.publish(
                Version.V3_1_1, "sync/order", qosOf(id), false, id, Packets.text(SyncOrder.marker(id))));
        connection.flush();
    }

    @Override
    public void close() {
        broker.close();
        try {
            Files.deleteIfExists(trace);
        } catch (IOException e) {
            System.err.println("cannot delete " + trace + ": " + e.getMessage());
        }
    }
}
