package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.TestServer;
import io.signalbox.server.front.FaultyProvider;
import io.signalbox.testing.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever supervises a server can ask it while its transports take their time to open. */
final class StartingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder = Path.of("");

    private final HttpClient client = HttpClient.newHttpClient();
    private int port;

    /** The status, or 0 while nobody listens. */
    private int status(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        try {
            return client.send(request, BodyHandlers.ofString()).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    /** 101 if there is one. */
    private int statusOfWebSocket() {
        try {
            client.newWebSocketBuilder()
                    .subprotocols("mqtt")
                    .buildAsync(URI.create("ws://127.0.0.1:" + port + "/mqtt"), new WebSocket.Listener() {})
                    .join()
                    .abort();
            return 101;
        } catch (CompletionException e) {
            return e.getCause() instanceof WebSocketHandshakeException refused
                    ? refused.getResponse().statusCode()
                    : 0;
        }
    }

    @Test
    void aServerWhoseTransportsAreBeingOpenedIsAliveAndNotReadyAndServesNobody() throws Exception {
        port = Ports.reserve();
        CountDownLatch there = new CountDownLatch(1);
        FaultyProvider.openAfter("slow", there);
        CompletableFuture<TestServer> starting = CompletableFuture.supplyAsync(() -> {
            try {
                return TestServer.start(
                        folder,
                        "http.port",
                        String.valueOf(port),
                        "transport",
                        "slow",
                        "transports.slow.type",
                        "faulty");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        try {
            Awaitility.await().atMost(PATIENCE).until(() -> status("/health/live") == 200);
            for (String path : new String[] {"/health/ready", "/health/durable", "/health/transports"}) {
                assertThat(status(path)).as(path).isEqualTo(503);
            }
            assertThat(status("/metrics")).isEqualTo(200);
            assertThat(status("/api/v1/clients")).isEqualTo(503);
            assertThat(statusOfWebSocket()).isEqualTo(503);
            assertThat(starting).isNotDone();
        } finally {
            there.countDown();
        }
        try (TestServer server = starting.join()) {
            assertThat(server.httpPort()).isEqualTo(port);
            for (String path : new String[] {"/health/ready", "/health/transports", "/metrics", "/api/v1/clients"}) {
                assertThat(status(path)).as(path).isEqualTo(200);
            }
            assertThat(statusOfWebSocket()).isEqualTo(101);
        }
    }
}
