package io.signalbox.systemtests.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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

    /** Written by the build of the transport: the server's libraries are not on the class path of these tests. */
    private static final Path CLASS_PATH =
            Path.of(System.getProperty("signalbox.root", ".."), "transports/kafka/target/server-class-path");

    private final Path folder;
    private final int port;
    private @Nullable Child child;

    public KafkaProcess() {
        try (ServerSocket one = free();
                ServerSocket two = free()) {
            folder = Files.createTempDirectory("signalbox-kafka");
            port = one.getLocalPort();
            Files.writeString(folder.resolve("server.properties"), properties(two.getLocalPort()));
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

    private static ServerSocket free() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private String properties(int controller) {
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%2$d
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
                controller.listener.names=CONTROLLER
                log.dirs=%3$s
                offsets.topic.num.partitions=1
                offsets.topic.replication.factor=1
                transaction.state.log.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                share.coordinator.state.topic.num.partitions=1
                share.coordinator.state.topic.replication.factor=1
                share.coordinator.state.topic.min.isr=1
                group.initial.rebalance.delay.ms=0
                broker.session.timeout.ms=2000
                broker.heartbeat.interval.ms=500
                auto.create.topics.enable=false
                num.network.threads=2
                num.io.threads=4
                log.cleaner.dedupe.buffer.size=4194304
                log.index.size.max.bytes=1048576
                """.formatted(port, controller, folder.resolve("data"));
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
