package io.signalbox.systemtests.process;

import io.signalbox.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A Kafka server of one node (KRaft) in a folder of its own, on free ports of loopback, with Kafka's own main classes. */
public final class KafkaProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Path TRANSPORT = Path.of(System.getProperty("signalbox.root", ".."), "transports/kafka");

    /** Written by the build of the transport: the server's libraries are not on the class path of these tests. */
    private static final Path CLASS_PATH = TRANSPORT.resolve("target/server-class-path");

    /** Those of the transport's own tests. */
    private static final Path PROPERTIES = TRANSPORT.resolve("src/test/resources/server.properties");

    private final Path folder;
    private final int port;
    private @Nullable Child child;

    public KafkaProcess() {
        port = Ports.reserve();
        try {
            folder = Files.createTempDirectory("signalbox-kafka");
            Files.writeString(folder.resolve("server.properties"), properties(Ports.reserve()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (Child format = java(
                "kafka.tools.StorageTool",
                "format",
                "-t",
                UUID.randomUUID().toString(),
                "-c",
                folder.resolve("server.properties").toString())) {
            if (format.awaitExit(PATIENCE) != 0) {
                throw new IllegalStateException("Kafka's folder cannot be formatted: " + format.tail());
            }
        }
        start();
    }

    private String properties(int controller) throws IOException {
        String clients = "PLAINTEXT://127.0.0.1:" + port;
        return Files.readString(PROPERTIES)
                .replace("NODE", "1")
                .replace("VOTERS", "1@127.0.0.1:" + controller)
                .replace("ADVERTISED", clients)
                .replace("LISTENERS", clients + ",CONTROLLER://127.0.0.1:" + controller)
                .replace("FOLDER", folder.resolve("data").toString())
                .replace("REPLICAS", "1")
                .replace("IN_SYNC", "1");
    }

    private static Child java(String main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                main));
        command.addAll(List.of(arguments));
        return Child.start(command, Map.of());
    }

    private static String classPath() {
        try {
            return Files.readString(CLASS_PATH).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("build transports/kafka first: mvn -pl system-tests -am test does", e);
        }
    }

    /** On what is in its folder. */
    public void start() {
        child = java("kafka.Kafka", folder.resolve("server.properties").toString());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            Awaitility.await("Kafka").atMost(PATIENCE).until(() -> answers(admin));
        }
    }

    private boolean answers(Admin admin) throws InterruptedException {
        if (child == null || !child.isAlive()) {
            throw new IllegalStateException("Kafka has ended: " + (child == null ? "" : child.tail()));
        }
        try {
            DescribeClusterOptions soon = new DescribeClusterOptions().timeoutMs(2_000);
            return !admin.describeCluster(soon).nodes().get().isEmpty();
        } catch (ExecutionException e) {
            return false;
        }
    }

    /** {@code host:port}. */
    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    /** SIGKILL. */
    public void kill() {
        if (child != null) {
            child.kill();
            child.close();
            child = null;
        }
    }

    @Override
    public void close() {
        kill();
        ServerProcess.deleteAll(folder);
    }
}
