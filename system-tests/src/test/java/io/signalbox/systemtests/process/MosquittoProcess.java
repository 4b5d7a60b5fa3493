package io.signalbox.systemtests.process;

import io.signalbox.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Mosquitto without persistence: a sound broker that forgets everything when it is killed. The
 * checks of this module are run against it to prove that they can fail.
 */
public final class MosquittoProcess implements BrokerProcess {
    private final Path folder;
    private final int port;
    private final List<String> command;
    private @Nullable Child child;

    private MosquittoProcess(List<String> wrapper, Path folder, int port) {
        this.command = new ArrayList<>(wrapper);
        command.addAll(
                List.of("mosquitto", "-c", folder.resolve("mosquitto.conf").toString()));
        this.folder = folder;
        this.port = port;
    }

    /** @param wrapper a program and its options that run the broker as their child, such as strace */
    public static MosquittoProcess create(String... wrapper) {
        try {
            int port = Ports.reserve();
            Path folder = Files.createTempDirectory("mosquitto-system-test");
            Files.writeString(folder.resolve("mosquitto.conf"), """
                    listener %d 127.0.0.1
                    user root
                    allow_anonymous true
                    persistence false
                    max_inflight_messages 0
                    max_queued_messages 0
                    """.formatted(port));
            return new MosquittoProcess(List.of(wrapper), folder, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void start() {
        child = Child.start(command, Map.of());
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(this::accepts);
    }

    private boolean accepts() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void kill() {
        running().kill();
    }

    @Override
    public int stop() {
        running().terminate();
        return running().awaitExit(Duration.ofSeconds(30));
    }

    @Override
    public int mqttPort() {
        return port;
    }

    @Override
    public long pid() {
        return running().pid();
    }

    @Override
    public boolean isAlive() {
        return child != null && child.isAlive();
    }

    @Override
    public String tail() {
        return child == null ? "(never started)" : child.tail();
    }

    private Child running() {
        if (child == null) {
            throw new IllegalStateException("never started");
        }
        return child;
    }

    @Override
    public void close() {
        if (child != null) {
            child.kill();
            child.close();
        }
        ServerProcess.deleteAll(folder);
    }
}
