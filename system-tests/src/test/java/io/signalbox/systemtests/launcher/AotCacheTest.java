package io.signalbox.systemtests.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.systemtests.process.Child;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cache of linked classes is made by the first start of a real server and used by the second. The
 * JVM passes over a cache that it cannot use, and may die while it makes one: neither would be seen
 * from outside, but for a slower start.
 */
class AotCacheTest {
    private static final Path ROOT = Path.of(System.getProperty("signalbox.root", ".."));

    @TempDir
    Path folder;

    private Path house;
    private Path build;

    /** The class path of the tests as one finished build: the cache demands jars. */
    @BeforeEach
    void putAFinishedBuildInPlace() throws IOException {
        house = Files.createDirectories(folder.resolve("house"));
        Files.createDirectories(house.resolve(".mvn"));
        Files.copy(ROOT.resolve("signalbox"), house.resolve("signalbox"));
        Files.copy(ROOT.resolve(".mvn/find-jdk.sh"), house.resolve(".mvn/find-jdk.sh"));
        build = Files.createDirectories(house.resolve("target/signalbox/builds/1"));
        Files.writeString(build.resolve("stamp"), "");
        Files.writeString(build.resolve("classpath"), String.join(File.pathSeparator, jars()));
        Files.writeString(house.resolve("target/signalbox/current"), "1\n");
    }

    private List<String> jars() throws IOException {
        Path lib = Files.createDirectories(build.resolve("lib"));
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                Path jar = lib.resolve(jars.size() + ".jar");
                ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
                int code =
                        tool.run(System.out, System.err, "-c", "-0", "-f", jar.toString(), "-C", path.toString(), ".");
                assertThat(code).isZero();
                jars.add(jar.toString());
            } else if (Files.exists(path)) {
                jars.add(entry);
            }
        }
        return jars;
    }

    private void serve(String javaOptions) {
        try (Child server = Child.start(
                List.of(
                        "sh",
                        house.resolve("signalbox").toString(),
                        "server",
                        "--data",
                        folder.resolve("data").toString(),
                        "--set",
                        "mqtt.port=0",
                        "--set",
                        "http.port=0"),
                Map.of(
                        "SIGNALBOX_JAVA_HOME",
                        System.getProperty("java.home"),
                        "SIGNALBOX_BUILD",
                        "never",
                        "SIGNALBOX_AOT",
                        "on",
                        "SIGNALBOX_JAVA_OPTS",
                        javaOptions))) {
            String ready = server.awaitLine(line -> line.contains(" ready: "), Duration.ofSeconds(60));
            assertThat(ready).as(() -> String.join("\n", server.lines())).isNotNull();
        }
    }

    @Test
    void theFirstStartMakesACacheThatTheSecondCanUse() {
        serve("");
        await().atMost(Duration.ofSeconds(120))
                .until(() ->
                        Files.exists(build.resolve("signalbox.aot")) && !Files.exists(build.resolve("rehearsal/data")));
        // With "on" the JVM refuses to start when it cannot use the cache.
        serve("-XX:AOTMode=on");
    }
}
