package io.signalbox.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.exit.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerProcessTest {
    @TempDir
    Path directory = Path.of("");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... keysAndValues) {
        Map<String, String> sets = new HashMap<>(Map.of(
                "mqtt.port",
                "0",
                "http.port",
                "0",
                "data.dir",
                directory.resolve("data").toString()));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            sets.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        CountDownLatch stopAtOnce = new CountDownLatch(0);
        return ServerProcess.run(
                null,
                Map.of(),
                sets,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                stopAtOnce);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void oneLineSaysWhereItListensAndItEndsWithZero() throws Exception {
        assertThat(run()).isZero();
        assertThat(out())
                .matches(
                        "signalbox 0\\.1\\.0 ready: mqtt 127\\.0\\.0\\.1:\\d+, http 127\\.0\\.0\\.1:\\d+, data .*/data \\(\\d+ ms\\)\\R");
        assertThat(err()).isEmpty();
        assertThat(Files.getPosixFilePermissions(directory.resolve("data"))).hasSize(3);
    }

    @Test
    void aPortInUseIsOneClearLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (String key : new String[] {"mqtt.port", "http.port"}) {
                err.reset();
                assertThat(run(key, "" + taken.getLocalPort())).isEqualTo(ExitCode.UNAVAILABLE.number());
                assertThat(err().lines()).singleElement().asString().contains("127.0.0.1:" + taken.getLocalPort());
            }
        }
        assertThat(run()).as("nothing was left open by the failures").isZero();
    }

    @Test
    void aLockedDataFolderIsOneClearLine() throws Exception {
        try (TestServer other = TestServer.start(directory.resolve("data"))) {
            assertThat(other.httpPort()).isPositive();
            assertThat(run()).isEqualTo(ExitCode.LOCKED.number());
            assertThat(err().lines()).singleElement().asString().startsWith("signalbox: data folder: ");
        }
    }

    @Test
    void aDataFolderThatCannotBeCreatedIsOneClearLine() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertThat(run("data.dir", file.resolve("data").toString())).isEqualTo(ExitCode.CANNOT_CREATE.number());
        assertThat(err().lines()).singleElement().asString().contains("--data DIR");
    }

    @Test
    void everyConfigurationProblemIsALineOfItsOwn() {
        assertThat(run("mqtt.prot", "1", "http.port", "x")).isEqualTo(ExitCode.CONFIGURATION.number());
        assertThat(err().lines()).hasSize(2).allMatch(line -> line.startsWith("signalbox: --set "));
        assertThat(out()).isEmpty();
    }

    @Test
    void aBadSecurityFileRefusesTheStart() throws Exception {
        Path passwords = Files.writeString(directory.resolve("passwords"), "");
        assertThat(run("security.password-file", passwords.toString())).isEqualTo(ExitCode.CONFIGURATION.number());
        assertThat(err().lines()).singleElement().asString().contains("passwords: has no user");
        assertThat(Files.exists(directory.resolve("data")))
                .as("nothing was touched")
                .isFalse();
    }

    @Test
    void theVersionIsThatOfThePom() throws Exception {
        assertThat(Files.readString(Path.of("../pom.xml"))).contains("<version>" + Version.TEXT);
    }

    @Test
    void whatWasAcknowledgedIsThereAfterARestart() throws Exception {
        Path data = directory.resolve("data");
        try (TestServer first = TestServer.start(data)) {
            assertThat(first.post("/api/v1/publish", "{\"topic\":\"a\",\"payload\":\"kept\"}")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(first.server().shutDown()).isTrue();
        }
        try (TestServer second = TestServer.start(data)) {
            assertThat(second.get("/api/v1/replay?filter=a").body()).contains("kept");
        }
    }
}
