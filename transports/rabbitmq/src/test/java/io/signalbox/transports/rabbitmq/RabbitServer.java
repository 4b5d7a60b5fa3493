package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.signalbox.testkit.net.ReservedPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A RabbitMQ server of Debian's in a folder of its own, on free ports of the loopback interface. */
final class RabbitServer implements AutoCloseable {
    private static final String BIN = "/usr/lib/rabbitmq/bin/";
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final Path folder;
    private final int port = ReservedPort.next();
    private final int epmdPort = ReservedPort.next();
    private final int distributionPort = ReservedPort.next();
    private final ConnectionFactory factory = new ConnectionFactory();
    private @Nullable Process process;

    private static @Nullable RabbitServer shared;

    /** One for all tests of this process that leave it as they found it. */
    static synchronized RabbitServer shared() {
        RabbitServer server = shared;
        if (server == null) {
            server = new RabbitServer();
            shared = server;
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        }
        return server;
    }

    /** @param settings further lines of rabbitmq.conf */
    RabbitServer(String... settings) {
        try {
            folder = Files.createTempDirectory("signalbox-rabbitmq");
            Files.createDirectories(folder.resolve("mnesia"));
            Files.createDirectories(folder.resolve("log"));
            Files.writeString(
                    folder.resolve("rabbitmq.conf"),
                    "disk_free_limit.absolute = 50MB\n" + String.join("\n", settings) + "\n");
            Files.writeString(folder.resolve("enabled_plugins"), "[].");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        start();
    }

    private ProcessBuilder command(String... command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .putAll(Map.of(
                        "HOME",
                        folder.toString(),
                        "ERL_EPMD_PORT",
                        String.valueOf(epmdPort),
                        "ERL_EPMD_ADDRESS",
                        "127.0.0.1",
                        "RABBITMQ_NODENAME",
                        "sb" + port + "@localhost",
                        "RABBITMQ_NODE_IP_ADDRESS",
                        "127.0.0.1",
                        "RABBITMQ_NODE_PORT",
                        String.valueOf(port),
                        "RABBITMQ_DIST_PORT",
                        String.valueOf(distributionPort),
                        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                        "+S 1:1"));
        builder.environment()
                .putAll(Map.of(
                        "RABBITMQ_MNESIA_BASE", folder.resolve("mnesia").toString(),
                        "RABBITMQ_LOG_BASE", folder.resolve("log").toString(),
                        "RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq.conf").toString(),
                        "RABBITMQ_ENABLED_PLUGINS_FILE",
                                folder.resolve("enabled_plugins").toString(),
                        "RABBITMQ_PID_FILE", folder.resolve("pid").toString()));
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("output").toFile()));
    }

    /** Starts it on what is in its folder, and waits until it answers. */
    void start() {
        try {
            process = command(BIN + "rabbitmq-server").start();
        } catch (IOException e) {
            throw new UncheckedIOException("is Debian's package rabbitmq-server installed?", e);
        }
        Awaitility.await("RabbitMQ, see " + folder)
                .atMost(START_LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .until(this::answers);
    }

    private boolean answers() {
        try (Connection connection = factory.newConnection()) {
            return connection.isOpen();
        } catch (IOException | TimeoutException e) {
            return false;
        }
    }

    /** As a power cut for the process: SIGKILL for all of it. */
    void kill() {
        Process running = process;
        if (running == null) {
            return;
        }
        List<ProcessHandle> all = running.descendants().toList();
        all.forEach(ProcessHandle::destroyForcibly);
        running.destroyForcibly();
        try {
            if (!running.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("process " + running.pid() + " survives SIGKILL");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.forEach(handle -> handle.onExit().join());
        process = null;
    }

    /** Runs a command of rabbitmqctl's to its end. */
    void control(String... command) {
        List<String> all = new ArrayList<>(List.of(BIN + "rabbitmqctl"));
        all.addAll(List.of(command));
        try {
            Process ran = command(all.toArray(String[]::new)).start();
            if (!ran.waitFor(60, TimeUnit.SECONDS) || ran.exitValue() != 0) {
                throw new IllegalStateException(all + " failed, see " + folder.resolve("output"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The lines that the server has logged. */
    Stream<String> log() throws IOException {
        return Files.readAllLines(folder.resolve("log").resolve("sb" + port + "@localhost.log")).stream();
    }

    int port() {
        return port;
    }

    URI uri() {
        return uri(port);
    }

    /** The server behind another port, such as a proxy's. */
    static URI uri(int port) {
        return URI.create("amqp://guest:guest@127.0.0.1:" + port);
    }

    Connection connect() throws IOException, TimeoutException {
        return factory.newConnection();
    }

    @Override
    public void close() {
        kill();
        try {
            command("epmd", "-port", String.valueOf(epmdPort), "-kill").start().waitFor(10, TimeUnit.SECONDS);
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
