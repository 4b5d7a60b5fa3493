package io.signalbox.systemtests.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.Child;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A command of {@code signalbox} about a configuration, in a process of its own; it runs while others do. */
record Command(Child child) implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    Command(Path config, String... arguments) {
        this(Child.start(line(config, arguments), Map.of()));
    }

    private static List<String> line(Path config, String... arguments) {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "io.signalbox.cli.Main"));
        line.addAll(List.of(arguments));
        line.addAll(List.of("--config", config.toString()));
        return line;
    }

    List<String> lines(int exitCode) {
        assertThat(child.awaitExit(PATIENCE)).as(child.tail()).isEqualTo(exitCode);
        return child.lines();
    }

    @Override
    public void close() {
        child.close();
    }
}
