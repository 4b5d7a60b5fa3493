package io.signalbox.systemtests.data;

import io.signalbox.systemtests.process.Child;
import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.systemtests.wire.Connection;
import io.signalbox.systemtests.wire.Frame;
import io.signalbox.systemtests.wire.Packets;
import io.signalbox.systemtests.wire.Pipeline;
import io.signalbox.systemtests.wire.Version;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Damages one file of a data folder and starts a server on it: it must refuse with one clear line, or
 * serve, and then never a wrong payload, never out of order, and nothing lost without a word in its
 * output.
 *
 * <pre>./test damage [--cases 200] [--seed N]</pre>
 */
final class DamageHarness {
    private static final int MESSAGES = 400;
    private static final int PAYLOAD_BYTES = 1_000;
    private static final int READ_TIMEOUT_MILLIS = 30_000;
    private static final String END = "end";

    /** What is done to a file. */
    enum Damage {
        EMPTY,
        CUT,
        FLIPPED_BIT,
        NOISE;

        byte[] applyTo(byte[] content, Random random) {
            byte[] damaged = content.clone();
            int at = content.length == 0 ? 0 : random.nextInt(content.length);
            return switch (this) {
                case EMPTY -> new byte[0];
                case CUT -> Arrays.copyOf(damaged, at);
                case FLIPPED_BIT -> {
                    if (damaged.length > 0) {
                        damaged[at] ^= (byte) (1 << random.nextInt(8));
                    }
                    yield damaged;
                }
                case NOISE -> {
                    byte[] noise = new byte[Math.min(512, damaged.length - at)];
                    random.nextBytes(noise);
                    System.arraycopy(noise, 0, damaged, at, noise.length);
                    yield damaged;
                }
            };
        }
    }

    /**
     * @param refused cases in which the server did not start
     * @param lossy cases in which it served less than all, and said so
     * @param findings what must not be; empty when all is well
     */
    record Report(int cases, int refused, int lossy, List<String> findings) {}

    private final Path folder;
    private final Path sound;
    private final Random random;
    private final List<String> findings = new ArrayList<>();
    private int refused;
    private int lossy;

    private DamageHarness(Path folder, long seed) {
        this.folder = folder;
        this.sound = folder.resolve("sound");
        this.random = new Random(seed);
    }

    public static void main(String[] arguments) throws IOException {
        List<String> list = List.of(arguments);
        if (list.contains("--help")) {
            System.out.println("damage [--cases 200] [--seed N]");
            return;
        }
        long seed = number(list, "--seed", System.nanoTime() & 0xffff_ffffL);
        System.out.println("seed " + seed);
        Path folder = Files.createTempDirectory("damage");
        try {
            Report report = run(folder, (int) number(list, "--cases", 200), seed);
            System.out.println(report);
            System.exit(report.findings.isEmpty() ? 0 : 1);
        } finally {
            ServerProcess.deleteAll(folder);
        }
    }

    private static long number(List<String> arguments, String name, long otherwise) {
        int at = arguments.indexOf(name);
        return at < 0 ? otherwise : Long.parseLong(arguments.get(at + 1));
    }

    static Report run(Path folder, int cases, long seed) throws IOException {
        DamageHarness harness = new DamageHarness(folder, seed);
        harness.fill();
        List<Path> files = harness.files();
        for (int number = 0; number < cases; number++) {
            // Every file once before any comes again, and every kind of damage in turn.
            Path file = files.get(number % files.size());
            harness.damageAndStart(file, Damage.values()[harness.random.nextInt(Damage.values().length)]);
        }
        return new Report(cases, harness.refused, harness.lossy, List.copyOf(harness.findings));
    }

    private ServerProcess server(Path data) {
        return ServerProcess.with()
                .data(data)
                .set("log.segment-bytes", "64KiB")
                .set("broker.snapshot-bytes", "128KiB")
                .build();
    }

    /** A subscriber that is away, and messages of several segments for it; then the server is killed. */
    private void fill() throws IOException {
        try (ServerProcess server = server(sound)) {
            server.start();
            try (Connection reader = reader(server)) {
                reader.send(Packets.disconnect());
                reader.flush();
                reader.awaitEnd();
            }
            publish(server, MESSAGES);
            server.kill();
        }
    }

    private static Connection reader(ServerProcess server) throws IOException {
        Connection reader = Connection.open(server.mqttPort(), Version.V3_1_1, "reader", 0, false, READ_TIMEOUT_MILLIS);
        if (!reader.sessionPresent()) {
            reader.subscribe(Version.V3_1_1, "numbers", 1);
        }
        return reader;
    }

    private static void publish(ServerProcess server, int count) throws IOException {
        try (Connection connection =
                Connection.open(server.mqttPort(), Version.V3_1_1, "writer", 0, true, READ_TIMEOUT_MILLIS)) {
            Pipeline pipeline = new Pipeline(connection, Version.V3_1_1, 50, (index, reason) -> {});
            for (int number = 0; number < count; number++) {
                pipeline.publish("numbers", payload(number));
            }
            pipeline.drain();
        }
    }

    private static byte[] payload(int number) {
        byte[] payload = new byte[PAYLOAD_BYTES];
        new Random(number).nextBytes(payload);
        ByteBuffer.wrap(payload).putInt(number);
        return payload;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> paths = Files.walk(sound)) {
            return paths.filter(Files::isRegularFile)
                    .map(sound::relativize)
                    .sorted()
                    .toList();
        }
    }

    private void damageAndStart(Path file, Damage damage) throws IOException {
        String what = damage + " of " + file;
        Path data = folder.resolve("damaged");
        copy(sound, data);
        Files.write(data.resolve(file), damage.applyTo(Files.readAllBytes(data.resolve(file)), random));
        try (ServerProcess server = server(data)) {
            server.launch();
            try {
                server.awaitReady();
            } catch (IllegalStateException ended) {
                checkRefusal(what, server);
                return;
            }
            checkContent(what, server);
        } finally {
            ServerProcess.deleteAll(data);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Child cp = Child.start(List.of("cp", "-a", from.toString(), to.toString()), java.util.Map.of())) {
            if (cp.awaitExit(java.time.Duration.ofSeconds(60)) != 0) {
                throw new IOException("cp: " + cp.tail());
            }
        }
    }

    private void checkRefusal(String what, ServerProcess server) {
        refused++;
        String said = server.tail();
        System.out.println(what + ": refused: " + said.lines().reduce("", (first, last) -> last));
        if (server.awaitExit() == 0 || said.contains("\tat ") || !said.contains("signalbox: ")) {
            findings.add(what + ": refused without a clear line: " + said);
        }
    }

    private void checkContent(String what, ServerProcess server) throws IOException {
        int next = 0;
        int seen = 0;
        try (Connection reader = reader(server)) {
            publishEnd(server);
            while (true) {
                Frame frame = reader.read();
                if (frame.type() != Frame.PUBLISH) {
                    continue;
                }
                reader.send(Packets.puback(frame.publishId()));
                reader.flush();
                byte[] payload = frame.payload(Version.V3_1_1);
                if (Arrays.equals(payload, Packets.text(END))) {
                    break;
                }
                int number = ByteBuffer.wrap(payload).getInt();
                if (!Arrays.equals(payload, payload(number))) {
                    findings.add(what + ": a wrong payload after number " + (next - 1));
                } else if (number < next) {
                    findings.add(what + ": number " + number + " after " + (next - 1));
                }
                next = number + 1;
                seen++;
            }
        } catch (SocketTimeoutException e) {
            findings.add(what + ": what was published after the start did not come, after " + seen + " messages; "
                    + server.tail());
            return;
        }
        System.out.println(what + ": served " + seen + " of " + MESSAGES);
        if (seen < MESSAGES) {
            lossy++;
            String said = server.tail();
            if (!said.matches("(?s).*(damage|corrupt|torn|gap|unreadable|lost|cannot be read).*")) {
                findings.add(what + ": " + (MESSAGES - seen) + " messages lost without a word: " + said);
            }
        }
        if (!server.isAlive()) {
            findings.add(what + ": the server ended: " + server.tail());
        }
    }

    private static void publishEnd(ServerProcess server) throws IOException {
        try (Connection connection =
                Connection.open(server.mqttPort(), Version.V3_1_1, "writer", 0, true, READ_TIMEOUT_MILLIS)) {
            Pipeline pipeline = new Pipeline(connection, Version.V3_1_1, 1, (index, reason) -> {});
            pipeline.publish("numbers", Packets.text(END));
            pipeline.drain();
        }
    }
}
