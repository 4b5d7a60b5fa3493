package io.signalbox.systemtests.sdkjs;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.ServerProcess;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The SDK in a real browser; with {@code -Dsignalbox.long=true} it is without network for a minute. */
class PageTest {
    @Test
    void aPageThatLosesItsNetworkWhileBothSidesPublishGetsEverythingOnceAndInOrder() {
        String chromium =
                Optional.ofNullable(System.getenv("SIGNALBOX_TEST_CHROMIUM")).orElse("/usr/bin/chromium");
        assertThat(Path.of(chromium))
                .as("a browser, which ./test installs, or SIGNALBOX_TEST_CHROMIUM names")
                .isExecutable();
        int lostMillis = Boolean.getBoolean("signalbox.long") ? 60_000 : 4_000;
        try (ServerProcess server = ServerProcess.with().build()) {
            server.start();
            new SdkScript("page.mjs").assertPasses(3, server.httpPort(), server.mqttPort(), lostMillis, chromium);
        }
    }
}
