package io.signalbox.transports.kafka;

import io.signalbox.error.SignalboxException;
import io.signalbox.testkit.net.ReservedPort;
import io.signalbox.testkit.net.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka server in a folder of its own, on free ports of the loopback interface; with a second listener behind a proxy,
 * by whose port the server itself is known to those who come that way.
 */
final class KafkaBroker implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final long IN_MEMORY_BYTES_MIN = 4L << 30;

    private final Path folder;
    private final int port = ReservedPort.next();
    private final TcpProxy proxy;
    private @Nullable Process process;

    private static @Nullable KafkaBroker shared;

    /** One for all tests of this process. Who kills it or refuses its line sees that it is there again. */
    static synchronized KafkaBroker shared() {
        KafkaBroker broker = shared;
        if (broker == null) {
            broker = new KafkaBroker();
            shared = broker;
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
        }
        return broker;
    }

    private KafkaBroker() {
        try {
            folder = newFolder();
            int behindProxy = ReservedPort.next();
            int controller = ReservedPort.next();
            proxy = new TcpProxy(behindProxy);
            Files.writeString(
                    folder.resolve("server.properties"),
                    ServerProperties.of(
                            1,
                            "1@127.0.0.1:" + controller,
                            "PLAINTEXT://127.0.0.1:" + port + ",PROXIED://127.0.0.1:" + behindProxy
                                    + ",CONTROLLER://127.0.0.1:" + controller,
                            "PLAINTEXT://127.0.0.1:" + port + ",PROXIED://127.0.0.1:" + proxy.port(),
                            folder.resolve("data"),
                            1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
    }

    /**
     * In memory where that can be had, since a Kafka topic takes several flushes to make and each test makes three. What
     * a killed process had written is there as it is on a disk.
     */
    static Path newFolder() throws IOException {
        Path memory = Path.of("/dev/shm");
        boolean ample = Files.isWritable(memory) && Files.getFileStore(memory).getUsableSpace() > IN_MEMORY_BYTES_MIN;
        return ample
                ? Files.createTempDirectory(memory, "signalbox-kafka")
                : Files.createTempDirectory("signalbox-kafka");
    }

    /** Runs a class of this test's class path in a process of its own. */
    static ProcessBuilder java(Class<?> main, String... args) {
        return java(main.getName(), args);
    }

    static ProcessBuilder java(String main, String... args) {
        String path = Objects.requireNonNullElse(
                System.getProperty("surefire.test.class.path"), System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                path,
                main));
        command.addAll(List.of(args));
        return new ProcessBuilder(command);
    }

    /** A server on what is in its folder: {@code server.properties}, and the data beside it. */
    static Process run(Path folder) {
        try {
            return java(BrokerMain.class, folder.resolve("server.properties").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("output").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it on what is in its folder, and waits until it answers. */
    void start() {
        process = run(folder);
        try (Cluster cluster = new Cluster(new Clients(KafkaConfig.of(bootstrap())).admin(), Duration.ofSeconds(10))) {
            Awaitility.await("Kafka, see " + folder)
                    .atMost(START_LIMIT)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> answers(cluster));
        }
    }

    private boolean answers(Cluster cluster) {
        Process running = process;
        if (running == null || !running.isAlive()) {
            throw new IllegalStateException("Kafka has ended, see " + folder.resolve("output"));
        }
        try {
            cluster.ping();
            return true;
        } catch (SignalboxException e) {
            return false;
        }
    }

    /** As a power cut for the process: SIGKILL. */
    void kill() {
        Process running = process;
        process = null;
        if (running != null) {
            kill(running);
        }
    }

    static void kill(Process running) {
        running.destroyForcibly();
        try {
            if (!running.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("process " + running.pid() + " survives SIGKILL");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    String bootstrap() {
        return "127.0.0.1:" + port;
    }

    TcpProxy proxy() {
        return proxy;
    }

    /** The way through the proxy. */
    String proxied() {
        return "127.0.0.1:" + proxy.port();
    }

    @Override
    public void close() {
        kill();
        proxy.close();
        delete(folder);
    }

    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
