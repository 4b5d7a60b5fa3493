package io.signalbox.benchmarks.stores;

import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transports.composite.spool.RefusedMessages;
import io.signalbox.transports.composite.spool.SpoolConfig;
import io.signalbox.transports.composite.spool.SpoolingTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * How fast an outage spool takes messages and gives them back, to a transport that costs nothing: {@code java -cp
 * benchmarks.jar io.signalbox.benchmarks.stores.SpoolDrain [messages] [payload bytes]}.
 */
public final class SpoolDrain {
    private SpoolDrain() {}

    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 500_000;
        int bytes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 256;
        Path folder = Files.createTempDirectory("spool-drain");
        try {
            for (int run = 1; run <= 4; run++) {
                run(folder.resolve("run" + run), messages, bytes, run == 1 ? "warm-up" : "run " + (run - 1));
            }
        } finally {
            delete(folder);
        }
    }

    private static void run(Path folder, int messages, int bytes, String name) throws Exception {
        Sink sink = new Sink(false);
        SpoolConfig config = SpoolConfig.in(folder).withQuota(8L << 30, Long.MAX_VALUE);
        try (SpoolingTransport spool = new SpoolingTransport(
                sink, config, RefusedMessages.at((message, refusal) -> {}), TimeSource.monotonic())) {
            Message message =
                    Message.to(Topic.ofMqtt("a/b")).payload(new byte[bytes]).build();
            Answers answers = new Answers(10_000);
            long began = System.nanoTime();
            for (int i = 0; i < messages; i++) {
                answers.before();
                spool.publish(message, answers, i);
            }
            answers.awaitAll();
            long spooled = System.nanoTime();
            sink.up = true;
            while (sink.taken.get() < messages) {
                LockSupport.parkNanos(100_000);
            }
            long drained = System.nanoTime();
            System.out.printf(
                    Locale.ROOT,
                    "%s: %d messages of %d bytes: spooled and synced %,.0f/s, drained %,.0f/s%n",
                    name,
                    messages,
                    bytes,
                    messages * 1e9 / (spooled - began),
                    messages * 1e9 / (drained - spooled));
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
