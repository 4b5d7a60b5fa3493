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
 * <pre>./test expiry [--sessions 10000] [--messages 1000] [--payload 256] [--expiry-seconds 600]</pre>
 *
 * Each session subscribes to a topic of its own and to one that all share, and gets half of its
 * messages over each. The life of a session is counted from the end of its connection, so it must
 * outlast the publishing.
 */
final class ExpiryHarness {
    private static final int READ_TIMEOUT_MILLIS = 60_000;

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
            System.out.println("expiry [--sessions 10000] [--messages 1000] [--payload 256] [--expiry-seconds 600]");
            return;
        }
        Report report = run(
                number(list, "--sessions", 10_000),
                number(list, "--messages", 1_000),
                number(list, "--payload", 256),
                number(list, "--expiry-seconds", 600));
        System.out.println(report);
        boolean returned = report.queued == 0
                && report.sessions == 0
                && report.mismatches == 0
                && report.after.heapBytes() < report.before.heapBytes() + (32L << 20)
                && report.after.diskBytes() < report.before.diskBytes() + (64L << 20);
        System.out.println(returned ? "heap and disk came back" : "FAILED: heap or disk did not come back");
        System.exit(returned ? 0 : 1);
    }

    private static int number(List<String> arguments, String name, int otherwise) {
        int at = arguments.indexOf(name);
        return at < 0 ? otherwise : Integer.parseInt(arguments.get(at + 1));
    }

    static Report run(int sessions, int messages, int payloadBytes, int expirySeconds) throws IOException {
        try (ServerProcess server = ServerProcess.with()
                .set("log.segment-bytes", "1MiB")
                .set("log.segments-max", 4)
                .set("broker.snapshot-bytes", "1MiB")
                .set("broker.history-per-topic", 0)
                .set(Keys.QUEUE_MESSAGES_MAX, messages + 10)
                .start()) {
            Sample before = Sample.of(server);
            for (int session = 0; session < sessions; session++) {
                makeSession(server.mqttPort(), session, expirySeconds);
            }
            publish(server.mqttPort(), sessions, messages, payloadBytes);
            long owed = (long) sessions * messages;
            if (queued(server) != owed) {
                throw new IllegalStateException(
                        queued(server) + " queued, not " + owed + ": did some expire before all was published?");
            }
            Sample full = Sample.of(server);
            Awaitility.await("the sessions expire")
                    .atMost(Duration.ofSeconds(2L * expirySeconds + 120))
                    .pollInterval(200, TimeUnit.MILLISECONDS)
                    .until(() -> queued(server) == 0 && sessions(server) == 0);
            // Retention moves on with what is written.
            for (int round = 0; round < 8; round++) {
                publish(server.mqttPort(), 0, 1_000, 4_096);
            }
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

    private static void makeSession(int port, int number, int expirySeconds) throws IOException {
        try (Connection connection =
                Connection.open(port, Version.V5, "gone-" + number, 0, expirySeconds, READ_TIMEOUT_MILLIS)) {
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
