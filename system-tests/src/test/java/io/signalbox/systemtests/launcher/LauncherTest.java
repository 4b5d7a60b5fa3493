package io.signalbox.systemtests.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the script in a house of cardboard: a tree with one source file, a Maven that counts how
 * often it was called, and a JDK whose {@code java} prints its arguments.
 */
class LauncherTest {
    private static final Path ROOT = Path.of(System.getProperty("signalbox.root", ".."));

    @TempDir
    Path folder;

    private Path house;
    private Path jdk;

    @BeforeEach
    void buildAHouseOfCardboard() throws IOException {
        house = Files.createDirectories(folder.resolve("a house"));
        Files.createDirectories(house.resolve(".mvn"));
        Files.copy(ROOT.resolve("signalbox"), house.resolve("signalbox"));
        Files.copy(ROOT.resolve(".mvn/find-jdk.sh"), house.resolve(".mvn/find-jdk.sh"));
        Files.createDirectories(house.resolve("core/src/main/java"));
        Files.writeString(house.resolve("pom.xml"), "<project/>");
        Files.writeString(source(), "class A {}");
        Files.createDirectories(house.resolve("cli/target"));
        script(folder.resolve("bin/mvn"), """
                echo called >>"$HOME/maven-calls"
                [ ! -f "$HOME/maven-fails" ] || { echo "[ERROR] A.java:[1,1] no semicolon"; exit 1; }
                echo jar >cli/target/signalbox-cli-0.1.0.jar
                """);
        jdk = jdk("jdk-25", "25.0.1");
    }

    private Path source() {
        return house.resolve("core/src/main/java/A.java");
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = folder.resolve("jdks").resolve(name);
        script(home.resolve("bin/javac"), "exit 0");
        script(home.resolve("bin/java"), "for a; do echo \"argument $a\"; done; echo \"home $JAVA_HOME\"");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private static void script(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private Child launch(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("sh", house.resolve("signalbox").toString()));
        command.addAll(List.of(arguments));
        Map<String, String> environment = new HashMap<>();
        environment.put("HOME", folder.toString());
        environment.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
        environment.put("JAVA_HOME", "");
        environment.put("SIGNALBOX_JAVA_HOME", "");
        environment.put("SIGNALBOX_JDK_FOLDERS", folder.resolve("jdks") + "/*");
        environment.put("SIGNALBOX_AOT", "off");
        environment.put("SIGNALBOX_BUILD", "");
        return Child.start(command, environment);
    }

    private String output(int exitCode, String... arguments) {
        try (Child child = launch(arguments)) {
            int code = child.awaitExit(Duration.ofSeconds(60));
            String output = String.join("\n", child.lines());
            assertThat(code).as(output).isEqualTo(exitCode);
            return output;
        }
    }

    private int builds() throws IOException {
        Path calls = folder.resolve("maven-calls");
        return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
    }

    private void age(Path path) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().minusSeconds(3600)));
    }

    private void ageEverything() throws IOException {
        try (var paths = Files.walk(house)) {
            for (Path path : paths.filter(path -> !path.startsWith(house.resolve("target")))
                    .toList()) {
                age(path);
            }
        }
    }

    @Test
    void theFirstUseBuildsAndTheSecondDoesNot() throws IOException {
        ageEverything();
        assertThat(output(0, "stats")).contains("building", "argument io.signalbox.cli.Main", "argument stats");
        assertThat(output(0, "stats")).doesNotContain("building");
        assertThat(builds()).isOne();
    }

    @Test
    void aNewerSourceIsBuilt() throws IOException {
        ageEverything();
        output(0, "stats");
        Files.setLastModifiedTime(source(), FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(output(0, "stats")).contains("building");
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void aDeletedSourceIsNoticed() throws IOException {
        ageEverything();
        output(0, "stats");
        Files.delete(source());
        Files.setLastModifiedTime(
                source().getParent(), FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(output(0, "stats")).contains("building");
    }

    @Test
    void argumentsArriveAsTheyWereGiven() throws IOException {
        ageEverything();
        assertThat(output(0, "pub", "-m", "two  words", "", "*", "$HOME"))
                .contains("argument two  words\nargument \nargument *\nargument $HOME");
    }

    @Test
    void theServerGetsOtherOptionsThanAClientCommand() throws IOException {
        ageEverything();
        assertThat(output(0, "stats")).contains("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
        assertThat(output(0, "server")).doesNotContain("TieredStopAtLevel").contains("-XX:+UseG1GC");
    }

    @Test
    void manyFirstUsesAtOnceBuildOnce() throws IOException {
        ageEverything();
        List<Child> children = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            children.add(launch("stats"));
        }
        for (Child child : children) {
            assertThat(child.awaitExit(Duration.ofSeconds(120)))
                    .as(child.tail())
                    .isZero();
            assertThat(child.lines()).contains("argument stats");
            child.close();
        }
        assertThat(builds()).isOne();
    }

    @Test
    void aLockOfADeadProcessIsTakenOver() throws IOException {
        ageEverything();
        Files.createDirectories(house.resolve("target/signalbox"));
        Child dead = Child.start(List.of("true"), Map.of());
        dead.awaitExit(Duration.ofSeconds(30));
        Path lock = house.resolve("target/signalbox/lock");
        Files.createSymbolicLink(lock, Path.of(Long.toString(dead.pid())));
        dead.close();
        assertThat(output(0, "stats")).contains("argument stats");
        assertThat(Files.exists(lock, LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    /** As in a checkout of another user, or on a file system that is read-only or full. */
    @Test
    void whoCannotWriteIsToldSoAndMayRunWhatIsThere() throws IOException {
        ageEverything();
        assertThat(output(0, "stats")).contains("argument stats");
        Files.writeString(source(), "class A { }");
        script(folder.resolve("bin/ln"), "echo 'Read-only file system' >&2; exit 1");

        String refused = output(73, "stats");

        assertThat(refused.lines()).hasSize(1);
        assertThat(refused).contains("cannot write to", "SIGNALBOX_BUILD=never");
    }

    @Test
    void aFailedBuildShowsItsErrorsAndIsTriedAgain() throws IOException {
        ageEverything();
        Files.writeString(folder.resolve("maven-fails"), "");
        assertThat(output(70, "stats")).contains("no semicolon", "build.log");
        Files.delete(folder.resolve("maven-fails"));
        assertThat(output(0, "stats")).contains("argument stats");
    }

    @Test
    void anOlderJdkIsPassedOver() throws IOException {
        ageEverything();
        jdk("jdk-17", "17.0.15");
        assertThat(output(0, "stats")).contains("home " + jdk);
    }

    @Test
    void withoutAJdkOneLineSaysWhatToInstall() throws IOException {
        Files.delete(jdk.resolve("release"));
        jdk("jdk-24", "24.0.2");
        String output = output(69, "stats");
        assertThat(output.lines()).hasSize(1);
        assertThat(output).contains("JDK 25", "SIGNALBOX_JAVA_HOME");
    }

    @Test
    void itRunsThroughASymbolicLink() throws IOException {
        ageEverything();
        Path link = folder.resolve("bin/sbx");
        Files.createSymbolicLink(link, Path.of("../a house/signalbox"));
        try (Child child = Child.start(
                List.of("sh", link.toString(), "stats"),
                Map.of(
                        "SIGNALBOX_JAVA_HOME",
                        jdk.toString(),
                        "SIGNALBOX_AOT",
                        "off",
                        "PATH",
                        folder.resolve("bin") + ":/usr/bin:/bin",
                        "HOME",
                        folder.toString()))) {
            assertThat(child.awaitExit(Duration.ofSeconds(60))).as(child.tail()).isZero();
            assertThat(child.lines()).contains("argument stats");
        }
    }
}
