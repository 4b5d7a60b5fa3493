package io.signalbox.systemtests.offline;

import io.signalbox.systemtests.process.Keys;
import io.signalbox.systemtests.process.ServerProcess;
import java.io.IOException;
import java.util.List;

/**
 * Messages of 1 KiB arrive for a subscriber that is away; half of them, then the server restarts,
 * then the other half; then it comes back and must get all, in order, from a server with 256 MB.
 *
 * <pre>./test offline [--messages 100000]</pre>
 */
final class OfflineHarness {
    private static final int PAYLOAD_BYTES = 1024;

    /**
     * @param publishedBytes payloads
     * @param residentBytes memory of the server with everything queued
     */
    record Report(int received, long publishedBytes, long residentBytes, double publishSeconds, double receiveSeconds) {
        String inWords() {
            return "%d messages received in order; %d MB were queued with %d MB resident; published in %.1f s, received in %.1f s"
                    .formatted(received, publishedBytes >> 20, residentBytes >> 20, publishSeconds, receiveSeconds);
        }
    }

    private OfflineHarness() {}

    public static void main(String[] arguments) throws IOException {
        List<String> list = List.of(arguments);
        if (list.contains("--help")) {
            System.out.println("offline [--messages 100000]");
            return;
        }
        int at = list.indexOf("--messages");
        System.out.println(run(at < 0 ? 100_000 : Integer.parseInt(list.get(at + 1)), false)
                .inWords());
    }

    /** @param killed whether the restart in the middle is one by SIGKILL */
    static Report run(int messages, boolean killed) throws IOException {
        try (ServerProcess server = ServerProcess.with()
                .jvm("-Xmx256m")
                .set(Keys.QUEUE_MESSAGES_MAX, messages)
                .set(Keys.QUEUE_BYTES_MAX, 2L * messages * PAYLOAD_BYTES)
                .start()) {
            long began = System.nanoTime();
            AbsentSubscriber.leave(server.mqttPort());
            AbsentSubscriber.publish(server.mqttPort(), 1, messages / 2, PAYLOAD_BYTES);
            if (killed) {
                server.kill();
            } else {
                server.stop();
            }
            server.start();
            AbsentSubscriber.publish(server.mqttPort(), messages / 2 + 1, messages, PAYLOAD_BYTES);
            long published = System.nanoTime();
            long residentBytes = server.residentBytes();
            int received = AbsentSubscriber.comeBack(server.mqttPort(), 1, messages, PAYLOAD_BYTES);
            return new Report(
                    received,
                    (long) messages * PAYLOAD_BYTES,
                    residentBytes,
                    (published - began) / 1e9,
                    (System.nanoTime() - published) / 1e9);
        }
    }
}
