package io.signalbox.transports.redis;

import io.signalbox.testkit.net.ReservedPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A Redis server of Debian's in a folder of its own, on a free port of the loopback interface. */
final class RedisServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(1);

    private final Path folder;
    private final int port;
    private final List<String> options;
    private @Nullable Process process;

    private static @Nullable RedisServer shared;

    /** One for all tests of this process that leave it as they found it; it writes to the disk before it answers. */
    static synchronized RedisServer shared() {
        RedisServer server = shared;
        if (server == null) {
            server = RedisServer.synced();
            shared = server;
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        }
        return server;
    }

    static RedisServer synced() {
        return new RedisServer("--appendonly", "yes", "--appendfsync", "always");
    }

    RedisServer(String... options) {
        this.options = List.of(options);
        port = ReservedPort.next();
        try {
            folder = Files.createTempDirectory("signalbox-redis");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
    }

    /** Starts it on what is in its folder, and waits until it answers. */
    void start() {
        List<String> command = new ArrayList<>(List.of(
                "redis-server", "--port", String.valueOf(port), "--bind", "127.0.0.1", "--dir", folder.toString()));
        command.addAll(List.of("--save", "", "--auto-aof-rewrite-percentage", "0"));
        command.addAll(options);
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("output").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("is Debian's package redis-server installed?", e);
        }
        Awaitility.await("Redis, see " + folder)
                .atMost(START_LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(this::answers);
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(2_000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(5);
            return new String(answer, StandardCharsets.US_ASCII).equals("+PONG");
        } catch (IOException e) {
            return false;
        }
    }

    /** As a power cut for the process: SIGKILL. */
    void kill() {
        Process running = process;
        if (running == null) {
            return;
        }
        running.destroyForcibly();
        try {
            if (!running.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("process " + running.pid() + " survives SIGKILL");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process = null;
    }

    /** It stands still, with its sockets open, until {@link #resume}. */
    void pause() {
        signal("-STOP");
    }

    void resume() {
        signal("-CONT");
    }

    private void signal(String signal) {
        run("kill", signal, String.valueOf(pid()));
    }

    long pid() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("it does not run");
        }
        return running.pid();
    }

    int port() {
        return port;
    }

    /** The server behind another port, such as a proxy's. */
    static String uri(int port) {
        return "redis://127.0.0.1:" + port;
    }

    /** A name space of its own. */
    RedisConfig config(String name) {
        return RedisConfig.of(uri(port)).withPrefix(name + "-" + UUID.randomUUID());
    }

    /** Until an instance of that name space has done what each does now and then: it looks into the intake after that. */
    void awaitLook(RedisConfig config) {
        awaitLookBehind(config, 0);
    }

    /** The same while so many entries of the intake wait. */
    void awaitLookBehind(RedisConfig config, int waiting) {
        String intake = "{" + config.prefix() + "}:in";
        cli("xadd", intake, "*", "sb-topic", "look/" + UUID.randomUUID(), "payload", "x");
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> Integer.parseInt(cli("xlen", intake)) <= waiting);
    }

    /** What a script of these keys and values gives, or its error. */
    String eval(String script, List<String> keys, String[] values, String last) {
        List<String> arguments = new ArrayList<>(List.of("eval", script, String.valueOf(keys.size())));
        arguments.addAll(keys);
        arguments.addAll(List.of(values));
        arguments.add(last);
        return cli(arguments.toArray(String[]::new));
    }

    /** What redis-cli prints. */
    String cli(String... arguments) {
        List<String> command = new ArrayList<>(List.of("redis-cli", "-p", String.valueOf(port)));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private static String run(String... command) {
        try {
            Process client =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String text = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (client.waitFor() != 0) {
                throw new IllegalStateException(
                        String.join(" ", command) + " ended with " + client.exitValue() + ": " + text);
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException("is Debian's package redis-tools installed?", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
