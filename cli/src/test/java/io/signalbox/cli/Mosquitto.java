package io.signalbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testing.Ports;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The real broker, on a free port of loopback; it can be stopped and started again on the same one. */
final class Mosquitto implements AutoCloseable {
    private final Path folder;
    private final int port;
    private final Path config;
    private @Nullable Process process;

    Mosquitto(Path folder, String... settings) throws IOException {
        this.folder = folder;
        this.port = Ports.reserve();
        this.config = folder.resolve("mosquitto.conf");
        // As root it would become another user, who may not read the folder.
        String user = System.getProperty("user.name");
        List<String> lines = Stream.concat(
                        Stream.of("listener " + port + " 127.0.0.1", "user " + user, "log_dest stdout"),
                        settings.length == 0 ? Stream.of("allow_anonymous true") : Arrays.stream(settings))
                .toList();
        Files.write(config, lines);
        start();
    }

    static Path program(String name) {
        return Stream.concat(
                        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
                        Stream.of("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(name
                        + " is not installed; './test' installs it, or: apt-get install mosquitto mosquitto-clients"));
    }

    void start() throws IOException {
        Process started = new ProcessBuilder(program("mosquitto").toString(), "-c", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        process = started;
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(accepts())
                        .as("mosquitto listens; its log: " + Files.readString(log()))
                        .isTrue());
    }

    private Path log() {
        return folder.resolve("mosquitto.log");
    }

    private boolean accepts() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    void stop() throws InterruptedException {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            assertThat(running.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    String port() {
        return Integer.toString(port);
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }
}
