package io.signalbox.systemtests.disk;

import static org.awaitility.Awaitility.await;

import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.systemtests.wire.Connection;
import io.signalbox.systemtests.wire.Pipeline;
import io.signalbox.systemtests.wire.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Publishes until a small disk is full and refuses, gives space back, publishes again, and again.
 * Every message that was acknowledged with success must reach the subscriber; health must be red
 * while the disk is full and green afterwards, without a restart.
 *
 * <pre>./test diskfull [--rounds 10]   (as root, for the mount)</pre>
 */
final class FullDiskHarness {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    /** Each round leaves some 12 MiB of log behind, which retention must not free: ten rounds fit. */
    private static final int DISK_MEBIBYTES = 256;

    private static final int PAYLOAD_BYTES = 4 * 1024;
    /** More than the disk holds. */
    private static final int MESSAGES_PER_ROUND_MAX = 2 * DISK_MEBIBYTES * 256;

    private final ServerProcess server;
    private final SmallDisk disk;
    private final BitSet accepted = new BitSet();
    private int next;
    private int refused;

    private FullDiskHarness(ServerProcess server, SmallDisk disk) {
        this.server = server;
        this.disk = disk;
    }

    /**
     * @param accepted messages acknowledged with success
     * @param refused messages answered with a refusal, or on their way when the connection was closed
     * @param findings what must not be; empty when all is well
     */
    record Report(int accepted, int refused, List<String> findings) {}

    public static void main(String[] arguments) throws IOException {
        List<String> list = List.of(arguments);
        if (list.contains("--help")) {
            System.out.println("diskfull [--rounds 10]");
            return;
        }
        int at = list.indexOf("--rounds");
        Report report = run(at < 0 ? 10 : Integer.parseInt(list.get(at + 1)));
        System.out.println(report);
        System.exit(report.findings().isEmpty() ? 0 : 1);
    }

    static Report run(int rounds) throws IOException {
        try (SmallDisk disk = SmallDisk.mount(DISK_MEBIBYTES);
                ServerProcess server = ServerProcess.with()
                        .data(disk.folder().resolve("data"))
                        .set("log.segment-bytes", 4 << 20)
                        .set("log.segments-max", 1_000)
                        .start()) {
            return new FullDiskHarness(server, disk).fillAndFree(rounds);
        }
    }

    private Report fillAndFree(int rounds) throws IOException {
        List<String> findings = new ArrayList<>();
        awaitHealth(200);
        try (Reader reader = Reader.connect(server.mqttPort(), "disk/#")) {
            for (int round = 1; round <= rounds; round++) {
                fillDiskAndSeeRefusals(findings, round);
                disk.throwOffBallast();
                awaitHealth(200);
                mustAccept(10);
                awaitMissingNone(reader, accepted, findings);
            }
            if (reader.disorder() != null) {
                findings.add("out of order: " + reader.disorder());
            }
        }
        // What is acknowledged now must come out of the log after a kill.
        mustAccept(100);
        server.kill();
        server.start();
        try (Reader reader = Reader.connect(server.mqttPort(), "disk/#")) {
            BitSet last = accepted.get(0, next);
            last.clear(0, next - 100);
            awaitMissingNone(reader, last, findings);
        }
        return new Report(accepted.cardinality(), refused, findings);
    }

    private void fillDiskAndSeeRefusals(List<String> findings, int round) throws IOException {
        disk.fill();
        int before = refused;
        publishUntilRefused(MESSAGES_PER_ROUND_MAX);
        if (refused == before) {
            findings.add("round " + round + ": " + MESSAGES_PER_ROUND_MAX + " messages of " + PAYLOAD_BYTES
                    + " bytes were accepted on a full disk");
        }
        if (!server.isAlive()) {
            throw new IllegalStateException("the server ended on a full disk:\n" + server.tail());
        }
        awaitHealth(503);
    }

    /** Publishes until so many were accepted without one refusal; space may come back with a delay. */
    private void mustAccept(int count) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            int before = refused;
            publishUntilRefused(count);
            return refused == before;
        });
    }

    private void publishUntilRefused(int countMax) throws IOException {
        int first = next;
        int refusedBefore = refused;
        try (Connection connection = Connection.open(server.mqttPort(), Version.V5, "writer", 0, true, 120_000)) {
            Pipeline pipeline = new Pipeline(connection, Version.V5, 50, (index, reason) -> {
                if (reason < 0x80) {
                    accepted.set(first + (int) index);
                } else {
                    refused++;
                }
            });
            for (int i = 0; i < countMax && refused == refusedBefore; i++) {
                pipeline.publish(
                        "disk/full",
                        ByteBuffer.allocate(PAYLOAD_BYTES).putInt(next++).array());
            }
            pipeline.drain();
        } catch (IOException e) {
            // A server may close the connection instead; what had no answer is not promised.
            refused++;
            System.out.println("full disk: the writer's connection ended: " + e);
        }
    }

    private static void awaitMissingNone(Reader reader, BitSet wanted, List<String> findings) {
        try {
            await().atMost(PATIENCE).until(() -> reader.missing(wanted).isEmpty());
        } catch (ConditionTimeoutException e) {
            BitSet missing = reader.missing(wanted);
            findings.add(
                    missing.cardinality() + " acknowledged messages never came, the first is " + missing.nextSetBit(0));
        }
    }

    private void awaitHealth(int status) {
        await("health " + status)
                .atMost(PATIENCE)
                .until(() -> server.http().get("/health/ready").status() == status);
    }
}
