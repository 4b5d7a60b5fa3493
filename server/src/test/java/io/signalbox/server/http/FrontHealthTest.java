package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.TestServer;
import io.signalbox.server.front.FaultyProvider;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server is ready when clients are served, from whatever transport that is. */
final class FrontHealthTest {
    @TempDir
    private Path folder = Path.of("");

    private static void check(TestServer server, int status) throws Exception {
        for (String path : new String[] {"/health/ready", "/health/durable", "/health/transports"}) {
            assertThat(server.get(path).statusCode()).as(path).isEqualTo(status);
        }
        assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void aServerWhoseFrontIsDownIsNeitherReadyNorDurable() throws Exception {
        try (TestServer server = TestServer.start(folder, "transport", "x", "transports.x.type", "faulty")) {
            check(server, 200);
            FaultyProvider.named("x").faults().down("secret.example:5672 does not answer");
            check(server, 503);
            assertThat(server.get("/health/ready").body()).doesNotContain("secret.example");
            FaultyProvider.named("x").faults().up();
            check(server, 200);
        }
    }

    @Test
    void aTransportThatIsNotTheFrontMayBeDown() throws Exception {
        try (TestServer server = TestServer.start(folder, "transports.x.type", "faulty")) {
            FaultyProvider.named("x").faults().down("away");
            assertThat(server.get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(server.get("/health/transports").statusCode()).isEqualTo(503);
        }
    }
}
