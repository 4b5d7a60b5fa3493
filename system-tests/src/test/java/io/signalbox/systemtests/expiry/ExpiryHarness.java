package io.signalbox.systemtests.expiry;

import io.signalbox.systemtests.process.Keys;
import io.signalbox.systemtests.process.Sample;
import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.systemtests.wire.Connection;
import io.signalbox.systemtests.wire.Packets;
import io.signalbox.systemtests.wire.Pipeline;
import io.signalbox.systemtests.wire.Version;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/**
 * Many sessions that nobody comes back to, each with many messages of QoS 1: when they have expired,
 * heap and disk must be what they were before (CVE-2025-62723 of another broker: messages of expired
 * sessions were held for ever).
 *
 * <pre>./test expiry [--sessions 10000] [--messages 1000] [--payload 256] [--expiry-seconds 10]</pre>
 *
 * Each session subscribes to a topic of its own and to one that all share, and gets half of its
 * messages over each while it is away, with a day to live. When all was published, each comes back
 * for a moment, takes at most one message, acknowledges none, and leaves with so many seconds to live.
 */
final class ExpiryHarness {
    private static final int READ_TIMEOUT_MILLIS = 60_000;

    /** Outlives the publishing, however long that takes. */
    private static final int DAY_SECONDS = 86_400;

    private static final long DISK_GROWTH_BYTES_MAX = 64L << 20;

    /** Within it the disk must come back once all have expired. */
    private static final Duration DISK_TIMEOUT = Duration.ofSeconds(120);

    /**
     * @param full when all was published and nothing had expired
     * @param after when all had expired
     * @param queued messages still in queues, and sessions still there, at the end
     * @param mismatches of the ledger at the end
     */
    record Report(Sample before, Sample full, Sample after, long queued, long sessions, int mismatches) {}

    private ExpiryHarness() {}

    public static void main(String[] arguments) throws IOException {
        List<String> list = List.of(arguments);
        if (list.contains("--help")) {
            System.out.println("expiry [--sessions 10000] [--messages 1000] [--payload 256] [--expiry-seconds 10]");
            return;
        }
        Report report = run(
                number(list, "--sessions", 10_000),
                number(list, "--messages", 1_000),
                number(list, "--payload", 256),
                number(list, "--expiry-seconds", 10),
                DISK_GROWTH_BYTES_MAX);
        System.out.println(report);
        boolean returned = report.queued == 0
                && report.sessions == 0
                && report.mismatches == 0
                && report.after.heapBytes() < report.before.heapBytes() + (32L << 20)
                && report.after.diskBytes() < report.before.diskBytes() + DISK_GROWTH_BYTES_MAX;
        System.out.println(returned ? "heap and disk came back" : "FAILED: heap or disk did not come back");
        System.exit(returned ? 0 : 1);
    }

    private static int number(List<String> arguments, String name, int otherwise) {
        int at = arguments.indexOf(name);
        return at < 0 ? otherwise : Integer.parseInt(arguments.get(at + 1));
    }

    /**
     * @param expirySeconds of each session, once all was published
     * @param diskGrowthBytesMax to wait for; the report says what there is when the wait was in vain
     */
    static Report run(int sessions, int messages, int payloadBytes, int expirySeconds, long diskGrowthBytesMax)
            throws IOException {
        try (ServerProcess server = ServerProcess.with()
                .set("log.segment-bytes", "1MiB")
                .set("log.segments-max", 4)
                .set("broker.snapshot-bytes", "1MiB")
                .set("broker.history-per-topic", 0)
                .set(Keys.QUEUE_MESSAGES_MAX, messages + 10)
                .start()) {
            Sample before = Sample.of(server);
            for (int session = 0; session < sessions; session++) {
                makeSession(server.mqttPort(), session);
            }
            publish(server.mqttPort(), sessions, messages, payloadBytes);
            long owed = (long) sessions * messages;
            if (queued(server) != owed) {
                throw new IllegalStateException(
                        queued(server) + " queued, not " + owed + ", before any session may expire");
            }
            Sample full = Sample.of(server);
            for (int session = 0; session < sessions; session++) {
                shorten(server.mqttPort(), session, expirySeconds);
            }
            Awaitility.await("the sessions expire")
                    .atMost(Duration.ofSeconds(2L * expirySeconds + 120))
                    .pollInterval(200, TimeUnit.MILLISECONDS)
                    .until(() -> queued(server) == 0 && sessions(server) == 0);
            awaitDisk(server, before.diskBytes() + diskGrowthBytesMax);
            Sample after = Sample.of(server);
            JsonNode ledger = server.http().get("/api/v1/ledger").json();
            return new Report(
                    before,
                    full,
                    after,
                    queued(server),
                    sessions(server),
                    ledger.path("mismatches").size());
        }
    }

    /** Snapshots and retention take their time, and move on with what is written. */
    private static void awaitDisk(ServerProcess server, long bytesMax) throws IOException {
        for (int round = 0; round < 8; round++) {
            publish(server.mqttPort(), 0, 1_000, 4_096);
        }
        long began = System.nanoTime();
        while (Sample.diskBytes(server) >= bytesMax && System.nanoTime() - began < DISK_TIMEOUT.toNanos()) {
            publish(server.mqttPort(), 0, 1_000, 4_096);
        }
    }

    /** Comes back, and leaves at once with less to live. */
    private static void shorten(int port, int number, int expirySeconds) throws IOException {
        byte[] resume = Packets.resume("gone-" + number, DAY_SECONDS, 1);
        try (Connection connection = Connection.open(port, resume, READ_TIMEOUT_MILLIS)) {
            if (!connection.sessionPresent()) {
                throw new IllegalStateException("session " + number + " is gone before it may expire");
            }
            connection.send(Packets.disconnect(expirySeconds));
            connection.flush();
            connection.awaitEnd();
        }
    }

    private static void makeSession(int port, int number) throws IOException {
        try (Connection connection =
                Connection.open(port, Version.V5, "gone-" + number, 0, DAY_SECONDS, READ_TIMEOUT_MILLIS)) {
            connection.subscribe(Version.V5, "own/" + number, 1);
            connection.subscribe(Version.V5, "all", 1);
            connection.send(Packets.disconnect());
            connection.flush();
            connection.awaitEnd();
        }
    }

    /** Half of the messages to each session's own topic, half to the one that they share. */
    private static void publish(int port, int sessions, int messages, int payloadBytes) throws IOException {
        try (Connection connection = Connection.open(port, Version.V5, "busy", 0, true, READ_TIMEOUT_MILLIS)) {
            Pipeline pipeline = new Pipeline(connection, Version.V5, 200, (index, reason) -> {
                if (reason >= 0x80) {
                    throw new IllegalStateException("message " + index + " was refused with " + reason);
                }
            });
            byte[] payload = new byte[payloadBytes];
            for (int message = 0; message < messages; message++) {
                if (message % 2 == 0) {
                    pipeline.publish(sessions == 0 ? "nobody" : "all", payload);
                } else {
                    for (int session = 0; session < sessions; session++) {
                        pipeline.publish("own/" + session, payload);
                    }
                }
            }
            pipeline.drain();
        }
    }

    private static long queued(ServerProcess server) {
        return server.http().get("/api/v1/stats").json().path("queued").asLong();
    }

    private static long sessions(ServerProcess server) {
        return server.http().get("/api/v1/stats").json().path("clients").asLong();
    }
}
