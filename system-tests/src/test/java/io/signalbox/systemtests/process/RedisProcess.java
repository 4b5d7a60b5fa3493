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
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A Redis server of Debian's that flushes before it answers, in a folder of its own, on a free port of loopback. */
public final class RedisProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Path folder;
    private final int port;
    private @Nullable Child child;

    public RedisProcess() {
        port = Ports.reserve();
        try {
            folder = Files.createTempDirectory("signalbox-redis");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
    }

    /** On what is in its folder. */
    public void start() {
        child = Child.start(
                List.of(
                        "redis-server",
                        "--port",
                        String.valueOf(port),
                        "--bind",
                        "127.0.0.1",
                        "--dir",
                        folder.toString(),
                        "--save",
                        "",
                        "--appendonly",
                        "yes",
                        "--appendfsync",
                        "always"),
                Map.of());
        Awaitility.await("Redis").atMost(PATIENCE).until(this::answers);
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(2_000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII).equals("+PONG");
        } catch (IOException e) {
            return false;
        }
    }

    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** The lines that redis-cli prints. */
    public List<String> cli(String... arguments) {
        List<String> command = new ArrayList<>(List.of("redis-cli", "-p", String.valueOf(port)));
        command.addAll(List.of(arguments));
        try (Child client = Child.start(command, Map.of())) {
            if (client.awaitExit(PATIENCE) != 0) {
                throw new IllegalStateException(command + " failed: " + client.tail());
            }
            return client.lines();
        }
    }

    /** SIGSTOP: it stands still with its connections open until {@link #resume}. */
    public void pause() {
        if (child != null) {
            child.pause();
        }
    }

    /** SIGCONT. */
    public void resume() {
        if (child != null) {
            child.resume();
        }
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
