package io.signalbox.systemtests.process;

import io.signalbox.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A RabbitMQ server of Debian's in a folder of its own, on free ports of loopback. */
public final class RabbitProcess implements AutoCloseable {
    private static final String BIN = "/usr/lib/rabbitmq/bin/";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Path SCRIPTS =
            Path.of(System.getProperty("signalbox.root", ".."), "system-tests/src/test/python");

    private final Path folder;
    private final int port;
    private final int epmdPort;
    private final Map<String, String> environment;
    private @Nullable Process process;

    private static @Nullable RabbitProcess shared;

    /** One for all tests of this process, since it takes seconds to start; they take exchanges of their own. */
    public static synchronized RabbitProcess shared() {
        RabbitProcess rabbit = shared;
        if (rabbit == null) {
            rabbit = new RabbitProcess();
            shared = rabbit;
            Runtime.getRuntime().addShutdownHook(new Thread(rabbit::close));
        }
        return rabbit;
    }

    private RabbitProcess() {
        port = Ports.reserve();
        epmdPort = Ports.reserve();
        try {
            folder = Files.createTempDirectory("signalbox-rabbitmq");
            Files.createDirectories(folder.resolve("mnesia"));
            Files.writeString(folder.resolve("rabbitmq.conf"), "disk_free_limit.absolute = 50MB\n");
            Files.writeString(folder.resolve("enabled_plugins"), "[].");
            environment = environment(Ports.reserve());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
    }

    /** On what is in its folder; does nothing while it runs. */
    public void start() {
        if (process != null) {
            return;
        }
        process = run(BIN + "rabbitmq-server");
        Awaitility.await("RabbitMQ, see " + folder).atMost(PATIENCE).until(this::answers);
    }

    /** SIGKILL, for all of it. */
    public void kill() {
        Process running = process;
        if (running == null) {
            return;
        }
        List<ProcessHandle> all = running.descendants().toList();
        all.forEach(ProcessHandle::destroyForcibly);
        running.destroyForcibly();
        all.forEach(handle -> handle.onExit().join());
        running.onExit().join();
        process = null;
    }

    /** SIGSTOP, for all of it: it stands still with its connections open until {@link #resume}. */
    public void pause() {
        signal("-STOP");
    }

    /** SIGCONT. */
    public void resume() {
        signal("-CONT");
    }

    private void signal(String signal) {
        Process running = process;
        if (running == null) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("kill", signal, String.valueOf(running.pid())));
        running.descendants().forEach(child -> command.add(String.valueOf(child.pid())));
        try (Child kill = Child.start(command, Map.of())) {
            if (kill.awaitExit(PATIENCE) != 0) {
                throw new IllegalStateException(command + ": " + kill.tail());
            }
        }
    }

    private Map<String, String> environment(int distributionPort) {
        Map<String, String> all = new HashMap<>();
        all.put("HOME", folder.toString());
        all.put("ERL_EPMD_PORT", String.valueOf(epmdPort));
        all.put("ERL_EPMD_ADDRESS", "127.0.0.1");
        all.put("RABBITMQ_NODENAME", "sb" + port + "@localhost");
        all.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
        all.put("RABBITMQ_NODE_PORT", String.valueOf(port));
        all.put("RABBITMQ_DIST_PORT", String.valueOf(distributionPort));
        all.put("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+S 1:1");
        all.put("RABBITMQ_MNESIA_BASE", folder.resolve("mnesia").toString());
        all.put("RABBITMQ_LOG_BASE", folder.resolve("log").toString());
        all.put("RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq.conf").toString());
        all.put(
                "RABBITMQ_ENABLED_PLUGINS_FILE",
                folder.resolve("enabled_plugins").toString());
        all.put("RABBITMQ_PID_FILE", folder.resolve("pid").toString());
        return all;
    }

    private Process run(String... command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("is Debian's package rabbitmq-server installed?", e);
        }
    }

    /** It greets whoever speaks another version of AMQP with its own (AMQP 0.9.1, 4.2.2). */
    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(2_000);
            socket.getOutputStream().write("AMQP9999".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(4), StandardCharsets.US_ASCII).equals("AMQP");
        } catch (IOException e) {
            return false;
        }
    }

    public String uri() {
        return "amqp://guest:guest@127.0.0.1:" + port;
    }

    /** Starts a script with pika; its port is the first argument. */
    public Child pika(String script, String... arguments) {
        String python = Objects.requireNonNullElse(System.getenv("SIGNALBOX_TEST_PYTHON"), "/usr/bin/python3");
        List<String> command =
                new ArrayList<>(List.of(python, SCRIPTS.resolve(script).toString(), String.valueOf(port)));
        command.addAll(List.of(arguments));
        return Child.start(command, Map.of());
    }

    @Override
    public void close() {
        kill();
        try {
            run("epmd", "-port", String.valueOf(epmdPort), "-kill").waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ServerProcess.deleteAll(folder);
    }
}
