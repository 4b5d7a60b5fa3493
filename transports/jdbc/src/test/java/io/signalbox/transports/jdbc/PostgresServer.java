package io.signalbox.transports.jdbc;

import io.signalbox.testkit.net.ReservedPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL of a test's own, from the system's binaries, in a temporary folder on a free port of loopback. */
public final class PostgresServer {
    private static final long SECONDS_MAX = 60;

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long MEMORY_BYTES_MIN = 1L << 30;

    private static @Nullable PostgresServer shared;

    private final Path binaries;
    private final Path folder;
    private final int port;

    private PostgresServer(Path binaries, Path folder, int port) {
        this.binaries = binaries;
        this.folder = folder;
        this.port = port;
    }

    /** One for all tests of this process, each with schemas of its own. It ends with the process. */
    public static synchronized PostgresServer shared() throws IOException, InterruptedException {
        PostgresServer running = shared;
        if (running == null) {
            PostgresServer started = start();
            Runtime.getRuntime().addShutdownHook(new Thread(started::close, "stop-postgres"));
            shared = started;
            return started;
        }
        return running;
    }

    private static PostgresServer start() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(place(), "postgres-test");
        PostgresServer server = new PostgresServer(binaries(), folder, ReservedPort.next());
        if (isRoot()) {
            server.run(List.of("chown", "postgres", folder.toString()), false);
        }
        server.run(List.of(server.binary("initdb"), "-D", server.data(), "-A", "trust", "-U", "test", "-N"), true);
        server.startAgain();
        return server;
    }

    /**
     * In memory if there is room: most tests wait for the disk most of the time, and none of them can take its power
     * away. The long forms are on a real one.
     */
    private static Path place() throws IOException {
        boolean room = Files.isWritable(MEMORY) && Files.getFileStore(MEMORY).getUsableSpace() > MEMORY_BYTES_MIN;
        return room && !Boolean.getBoolean("signalbox.long") ? MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static Path binaries() throws IOException {
        Path versions = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(versions)) {
            try (Stream<Path> all = Files.list(versions)) {
                return all.map(version -> version.resolve("bin"))
                        .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                        .max(Comparator.naturalOrder())
                        .orElseThrow(() -> new IOException("no PostgreSQL in " + versions + "; ./test installs it"));
            }
        }
        return Path.of("");
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private String binary(String name) {
        return binaries.resolve(name).toString();
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    public void startAgain() throws IOException, InterruptedException {
        String options = "-p " + port + " -k " + folder + " -c listen_addresses=127.0.0.1 -c max_connections=60"
                + " -c max_wal_size=128MB";
        run(
                List.of(
                        binary("pg_ctl"),
                        "-D",
                        data(),
                        "-o",
                        options,
                        "-l",
                        folder.resolve("log").toString(),
                        "-w",
                        "-t",
                        "60",
                        "start"),
                true);
    }

    /** SIGQUIT to all of it, as a crash: nothing is flushed that was not, and recovery follows. */
    public void crash() throws IOException, InterruptedException {
        run(List.of(binary("pg_ctl"), "-D", data(), "-m", "immediate", "-w", "stop"), true);
    }

    public String url() {
        return url(port);
    }

    /** By another way, which leads to this server. */
    String url(int otherPort) {
        return "jdbc:postgresql://127.0.0.1:" + otherPort + "/postgres";
    }

    int port() {
        return port;
    }

    /** What psql prints. */
    public String psql(String sql) throws IOException, InterruptedException {
        return run(
                List.of(
                        binary("psql"),
                        "-h",
                        "127.0.0.1",
                        "-p",
                        String.valueOf(port),
                        "-U",
                        "test",
                        "-d",
                        "postgres",
                        "-At",
                        "-c",
                        sql),
                false);
    }

    /** @param asServer not as root, which PostgreSQL refuses */
    private String run(List<String> command, boolean asServer) throws IOException, InterruptedException {
        List<String> full = new ArrayList<>();
        if (asServer && isRoot()) {
            full.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        full.addAll(command);
        Path output = Files.createTempFile("postgres-test", ".out");
        try {
            Process process = new ProcessBuilder(full)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command + " did not end within " + SECONDS_MAX + " s");
            }
            String text = Files.readString(output).strip();
            if (process.exitValue() != 0) {
                throw new IOException(command + " ended with " + process.exitValue() + ": " + text);
            }
            return text;
        } finally {
            Files.delete(output);
        }
    }

    private void close() {
        try {
            run(List.of(binary("pg_ctl"), "-D", data(), "-m", "immediate", "-w", "stop"), true);
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        } catch (IOException | InterruptedException e) {
            System.err.println("PostgreSQL in " + folder + " could not be stopped: " + e);
        }
    }
}
