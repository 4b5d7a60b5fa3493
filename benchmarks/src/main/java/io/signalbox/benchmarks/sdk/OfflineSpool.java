package io.signalbox.benchmarks.sdk;

import io.signalbox.client.ClientConfig;
import io.signalbox.client.SignalboxClient;
import io.signalbox.client.spool.Publication;
import io.signalbox.client.spool.SpoolConfig;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Run by {@code benchmarks/sdk}, which starts the server. */
@Command(
        name = "benchmarks/sdk",
        mixinStandardHelpOptions = true,
        description = "Messages that the SDK for Java takes while there is no server, each safe on disk by fdatasync in"
                + " groups; then bringing them to a server, each acknowledged when that has it on disk.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all are with the server", "1:not so"})
final class OfflineSpool implements Callable<Integer> {
    private static final long DRAIN_NANOS_MAX = TimeUnit.MINUTES.toNanos(5);

    @Option(names = "--port", required = true, description = "Of MQTT, of a Signalbox that runs already.")
    private int port;

    @Option(names = "--messages", defaultValue = "100000", description = "In each round (${DEFAULT-VALUE}).")
    private int messages;

    @Option(names = "--bytes", defaultValue = "100", description = "Of payload in each (${DEFAULT-VALUE}).")
    private int bytes;

    @Option(names = "--rounds", defaultValue = "5", description = "Of which the first warms up (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--folder",
            description =
                    "Where the spools are; on the disk to be measured. The system's temporary folder if not said.")
    private Path folder = Path.of(System.getProperty("java.io.tmpdir"));

    private OfflineSpool() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new OfflineSpool()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        double[] offline = new double[rounds];
        double[] drained = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            Path spool = Files.createTempDirectory(folder, "signalbox-sdk");
            try {
                if (!round(spool, round, offline, drained)) {
                    return 1;
                }
            } finally {
                delete(spool);
            }
            System.out.printf(
                    "round %d: %,.0f messages/s written offline, %,.0f messages/s to the server%s%n",
                    round + 1, offline[round], drained[round], round == 0 ? " (warming up)" : "");
        }
        System.out.printf(
                "median of %d: %,.0f messages/s written offline, %,.0f messages/s to the server%n",
                Math.max(1, rounds - 1), median(offline), median(drained));
        return 0;
    }

    private boolean round(Path spool, int round, double[] offline, double[] drained) throws Exception {
        ClientConfig config = ClientConfig.to("mqtt://127.0.0.1:" + port)
                .clientId("sdk-benchmark")
                .spool(SpoolConfig.in(spool))
                .build();
        byte[] payload = new byte[bytes];
        Topic topic = Topic.ofMqtt("bench/sdk");
        try (SignalboxClient client = SignalboxClient.create(config)) {
            long start = System.nanoTime();
            Publication last = null;
            for (int i = 0; i < messages; i++) {
                last = client.publish(Message.to(topic).payload(payload).build());
            }
            if (last != null) {
                // Told in order: when the last is safe, all are.
                var unused = last.spooled().toCompletableFuture().get(5, TimeUnit.MINUTES);
            }
            offline[round] = perSecond(System.nanoTime() - start);
            long connecting = System.nanoTime();
            client.connect().toCompletableFuture().get(1, TimeUnit.MINUTES);
            while (client.pending() > 0) {
                if (System.nanoTime() - connecting > DRAIN_NANOS_MAX) {
                    System.err.printf("%d messages are not with the server after 5 minutes%n", client.pending());
                    return false;
                }
                LockSupport.parkNanos(1_000_000);
            }
            drained[round] = perSecond(System.nanoTime() - connecting);
            return client.status().acknowledged() == messages;
        }
    }

    private double perSecond(long nanos) {
        return messages * 1e9 / nanos;
    }

    /** Without the first, if there are others. */
    private static double median(double[] all) {
        double[] counted = Arrays.copyOfRange(all, all.length > 1 ? 1 : 0, all.length);
        Arrays.sort(counted);
        return counted[counted.length / 2];
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
