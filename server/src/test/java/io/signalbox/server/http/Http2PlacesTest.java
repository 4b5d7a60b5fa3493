package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.server.TestServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How many requests of HTTP/2 may be under way: of a connection, of an address, of all. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class Http2PlacesTest {
    private static final int REFUSED_STREAM = 7;
    private static final int CANCEL = 8;

    /** A literal whose name is in the table at 53 (RFC 7541, 6.2.2): 15 in the first four bits, and the rest. */
    private static final byte[] RETRY_AFTER = {15, 53 - 15, 1, '1'};

    @TempDir
    Path directory = Path.of("");

    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    Http2PlacesTest() {}

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(
                directory.resolve("data"), "http.streams-per-connection-max", "8", "http.connections-max", "20");
    }

    @AfterEach
    void stop() throws Exception {
        await().until(() -> server.metric("signalbox_http2_streams_open{gateway=\"http\"}") == 0);
        server.close();
    }

    @Test
    void oneStreamTooManyOfAConnectionIsRefusedAndMayBeSentAgain() throws Exception {
        try (RawHttp2 client = new RawHttp2(server)) {
            for (int i = 0; i < 8; i++) {
                client.get(1 + 2 * i, "/api/v1/subscribe?filter=a");
                client.next(RawHttp2.HEADERS, 1 + 2 * i);
            }
            client.get(17, "/health/live");
            assertThat(client.next(RawHttp2.RST_STREAM, 17).error()).isEqualTo(REFUSED_STREAM);
            client.send(RawHttp2.RST_STREAM, 0, 1, (byte) 0, (byte) 0, (byte) 0, (byte) 8);
            client.get(19, "/health/live");
            assertThat(RawHttp2.status(client.next(RawHttp2.HEADERS, 19))).isEqualTo("200");
        }
    }

    /** Takes ten of the twenty places, which is the part of one address; the stream behind them is the first free one. */
    private static int takeAddressesPart(RawHttp2 first, RawHttp2 second) throws Exception {
        for (int i = 0; i < 8; i++) {
            subscribe(first, 1 + 2 * i);
        }
        subscribe(second, 1);
        subscribe(second, 3);
        return 5;
    }

    private static void subscribe(RawHttp2 client, int stream) throws Exception {
        client.get(stream, "/api/v1/subscribe?filter=a");
        assertThat(RawHttp2.status(client.next(RawHttp2.HEADERS, stream))).isEqualTo("200");
    }

    /** Connections alone would not bound what streams hold, and one who takes all that there is takes half. */
    @Test
    void streamsOfOneAddressLeavePlacesToOthersAndToWhoWatches() throws Exception {
        try (RawHttp2 first = new RawHttp2(server);
                RawHttp2 second = new RawHttp2(server);
                RawHttp2 other = new RawHttp2(server.connectFrom("127.0.0.2"));
                RawHttp2 third = new RawHttp2(server.connectFrom("127.0.0.2"));
                RawHttp2 late = new RawHttp2(server.connectFrom("127.0.0.3"))) {
            int stream = takeAddressesPart(first, second);
            second.get(stream, "/api/v1/history?topic=a");
            RawHttp2.Frame refused = second.next(RawHttp2.HEADERS, stream);
            assertThat(RawHttp2.status(refused)).isEqualTo("503");
            assertThat(refused.flags() & RawHttp2.END_STREAM)
                    .as("no body waits for a window")
                    .isOne();
            assertThat(refused.payload()).as("Retry-After").containsSequence(RETRY_AFTER);
            second.get(stream + 2, "/health/live");
            assertThat(RawHttp2.status(second.next(RawHttp2.HEADERS, stream + 2)))
                    .as("who watches")
                    .isEqualTo("200");
            second.get(stream + 4, "/metrics?");
            assertThat(RawHttp2.status(second.next(RawHttp2.HEADERS, stream + 4)))
                    .isEqualTo("200");
            takeAddressesPart(other, third);
            late.get(1, "/api/v1/history?topic=a");
            assertThat(RawHttp2.status(late.next(RawHttp2.HEADERS, 1)))
                    .as("of all there is none left")
                    .isEqualTo("503");
            late.get(3, "/health/ready");
            assertThat(RawHttp2.status(late.next(RawHttp2.HEADERS, 3))).isEqualTo("200");
            assertThat(server.metric("signalbox_http2_streams_refused_total{gateway=\"http\"}"))
                    .isEqualTo(2);
            first.send(RawHttp2.RST_STREAM, 0, 1, new byte[] {0, 0, 0, CANCEL});
            await().until(() -> server.metric("signalbox_http2_streams_open{gateway=\"http\"}") == 19);
            second.get(stream + 6, "/api/v1/history?topic=a");
            assertThat(RawHttp2.status(second.next(RawHttp2.HEADERS, stream + 6)))
                    .isEqualTo("200");
        }
    }

    /** As most clients send it. */
    @Test
    void aRefusedRequestWhoseBodyComesAlongEndsNothingElse() throws Exception {
        try (RawHttp2 first = new RawHttp2(server);
                RawHttp2 second = new RawHttp2(server)) {
            int stream = takeAddressesPart(first, second);
            ByteArrayOutputStream segment = new ByteArrayOutputStream();
            segment.writeBytes(RawHttp2.frame(
                    RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream, RawHttp2.request("POST", "/api/v1/publish")));
            segment.writeBytes(RawHttp2.frame(RawHttp2.DATA, 0, stream, (byte) 'x'));
            segment.writeBytes(RawHttp2.frame(RawHttp2.DATA, RawHttp2.END_STREAM, stream, (byte) 'y'));
            assertThat(second.sendRaw(segment.toByteArray())).isTrue();
            assertThat(RawHttp2.status(second.next(RawHttp2.HEADERS, stream))).isEqualTo("503");
            server.post("/api/v1/publish", "{\"topic\":\"a\",\"payload\":\"still here\"}");
            String events = "";
            while (!events.contains("still here")) {
                events += new String(second.next(RawHttp2.DATA, 1).payload(), StandardCharsets.UTF_8);
            }
            assertThat(server.metric("signalbox_http2_streams_refused_total{gateway=\"http\"}"))
                    .isEqualTo(1);
        }
    }

    /** A refusal is no attack, nor is what was under way when the server ended a stream. */
    @Test
    void refusalsDoNotEndTheOtherStreamsOfAConnection() throws Exception {
        try (RawHttp2 first = new RawHttp2(server);
                RawHttp2 second = new RawHttp2(server)) {
            int stream = takeAddressesPart(first, second);
            for (int i = 0; i < 300; i++, stream += 2) {
                second.get(stream, "/api/v1/history?topic=a");
                assertThat(RawHttp2.status(second.next(RawHttp2.HEADERS, stream)))
                        .isEqualTo("503");
            }
            for (int i = 0; i < 300; i++) {
                first.get(17 + 2 * i, "/api/v1/history?topic=a");
                assertThat(first.next(RawHttp2.RST_STREAM, 17 + 2 * i).error()).isEqualTo(REFUSED_STREAM);
            }
            for (int i = 0; i < 300; i++, stream += 2) {
                second.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream, RawHttp2.request("POST", "/nowhere"));
                second.next(RawHttp2.RST_STREAM, stream);
                second.send(RawHttp2.DATA, 0, stream, (byte) 'x');
            }
            server.post("/api/v1/publish", "{\"topic\":\"a\",\"payload\":\"still here\"}");
            for (RawHttp2 client : new RawHttp2[] {first, second}) {
                String events = "";
                while (!events.contains("still here")) {
                    events += new String(client.next(RawHttp2.DATA, 1).payload(), StandardCharsets.UTF_8);
                }
            }
        }
    }
}
