package io.signalbox.systemtests.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Signalbox server: {@code io.signalbox.cli.Main server} on the class path of the tests, on
 * free ports and a data folder of its own.
 */
public final class ServerProcess implements BrokerProcess {
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(120);

    /** Of the suite alone: long runs have the JVM as users have it. Empty: none. */
    private static final String JVM_OPTION =
            Boolean.getBoolean("signalbox.long") ? "" : System.getProperty("signalbox.test.server.jvm", "");

    private final Path folder;
    private final Path data;
    private final List<String> wrapper;
    private final List<String> jvmOptions;
    private final List<String> arguments;
    private @Nullable Child child;
    private @Nullable ReadyLine ready;

    private ServerProcess(Builder builder) {
        try {
            this.folder = Files.createTempDirectory("signalbox-system-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.data = builder.data == null ? folder.resolve("data") : builder.data;
        this.wrapper = List.copyOf(builder.wrapper);
        this.jvmOptions = List.copyOf(builder.jvmOptions);
        this.arguments = List.copyOf(builder.arguments);
    }

    public static Builder with() {
        return new Builder();
    }

    /** A started server with the defaults. */
    public static ServerProcess started() {
        return with().start();
    }

    @Override
    public void start() {
        launch();
        awaitReady();
    }

    /** Starts the process without waiting: for tests that kill it while it recovers. */
    public void launch() {
        if (isAlive()) {
            throw new IllegalStateException("already running as " + pid());
        }
        ready = null;
        child = Child.start(command(), Map.of());
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        if (!JVM_OPTION.isEmpty()) {
            command.add(JVM_OPTION);
        }
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.signalbox.cli.Main", "server"));
        command.addAll(List.of("--data", data.toString(), "--set", "mqtt.port=0", "--set", "http.port=0"));
        command.addAll(arguments);
        return command;
    }

    /** Waits until the launched process accepts clients. */
    public void awaitReady() {
        String line = running().awaitLine(ReadyLine::matches, READY_TIMEOUT);
        if (line == null) {
            throw new IllegalStateException("the server ended without being ready; it said:\n" + tail());
        }
        ready = ReadyLine.parse(line);
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

    /** SIGSTOP: the server stands still, with its sockets open, until {@link #resume}. */
    public void pause() {
        running().pause();
    }

    /** SIGCONT. */
    public void resume() {
        running().resume();
    }

    /** The exit code of a server that ends by itself. */
    public int awaitExit() {
        return running().awaitExit(READY_TIMEOUT);
    }

    @Override
    public int mqttPort() {
        return readyLine().port("mqtt");
    }

    /** Of a server that was started with AMQP. */
    public int amqpPort() {
        return readyLine().port("amqp");
    }

    public int httpPort() {
        return readyLine().port("http");
    }

    /** Asks the admin API. */
    public Http http() {
        return new Http(httpPort());
    }

    private ReadyLine readyLine() {
        if (ready == null) {
            throw new IllegalStateException("not ready");
        }
        return ready;
    }

    @Override
    public long pid() {
        return running().pid();
    }

    @Override
    public boolean isAlive() {
        return child != null && child.isAlive();
    }

    public Path data() {
        return data;
    }

    /** Resident memory of the process, in bytes (Linux). */
    public long residentBytes() {
        return ProcFs.residentBytes(pid());
    }

    /** The first line of its output that fits, or null when the process ended without one. */
    public @Nullable String awaitLine(Predicate<String> fits, Duration timeout) {
        return running().awaitLine(fits, timeout);
    }

    /** Whether it is among the last 2,000 lines of its output. */
    public boolean hasSaid(String text) {
        return running().lines().stream().anyMatch(line -> line.contains(text));
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
        deleteAll(folder);
    }

    public static void deleteAll(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }

    /** What differs from the defaults. */
    public static final class Builder {
        private final List<String> wrapper = new ArrayList<>();
        private final List<String> jvmOptions = new ArrayList<>();
        private final List<String> arguments = new ArrayList<>();
        private @Nullable Path data;

        private Builder() {}

        /** A program and its options that run the server as their child, such as strace. */
        public Builder wrapper(String... command) {
            wrapper.addAll(List.of(command));
            return this;
        }

        public Builder jvm(String... options) {
            jvmOptions.addAll(List.of(options));
            return this;
        }

        public Builder set(String key, Object value) {
            arguments.addAll(List.of("--set", key + "=" + value));
            return this;
        }

        public Builder config(Path file) {
            arguments.addAll(List.of("--config", file.toString()));
            return this;
        }

        /** A data folder that the caller owns and deletes. */
        public Builder data(Path folder) {
            this.data = folder;
            return this;
        }

        public ServerProcess build() {
            return new ServerProcess(this);
        }

        public ServerProcess start() {
            ServerProcess server = build();
            try {
                server.start();
                return server;
            } catch (RuntimeException e) {
                server.close();
                throw e;
            }
        }
    }
}
