package io.signalbox.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.Child;
import io.signalbox.systemtests.process.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A page in a real browser; with {@code -Dsignalbox.long=true} it is without network for a minute. */
class BrowserTest {
    private static final Path SCRIPT =
            Path.of(System.getProperty("signalbox.root", "."), "system-tests/src/test/js/browser.mjs");

    @Test
    void aPageThatLosesItsNetworkWhileBothSidesPublishGetsEverythingOnceAndInOrder() {
        String chromium =
                Optional.ofNullable(System.getenv("SIGNALBOX_TEST_CHROMIUM")).orElse("/usr/bin/chromium");
        assertThat(Path.of(chromium))
                .as("a browser, which ./test installs, or SIGNALBOX_TEST_CHROMIUM names")
                .isExecutable();
        String lostMillis = Boolean.getBoolean("signalbox.long") ? "60000" : "4000";
        try (ServerProcess server = ServerProcess.with().build()) {
            server.start();
            List<String> command = List.of(
                    "node",
                    SCRIPT.toString(),
                    Integer.toString(server.httpPort()),
                    Integer.toString(server.mqttPort()),
                    lostMillis,
                    chromium);
            try (Child child = Child.start(command, Map.of())) {
                int code = child.awaitExit(Duration.ofMinutes(5));
                assertThat(code).as(child.tail()).isZero();
                assertThat(child.lines()).anyMatch(line -> line.startsWith("ok "));
            }
        }
    }
}
