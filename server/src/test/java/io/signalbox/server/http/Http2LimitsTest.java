package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.signalbox.server.TestServer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** What has brought down servers of HTTP/2, and those who read nothing. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class Http2LimitsTest {
    private static final int NO_ERROR = 0;
    private static final int PROTOCOL_ERROR = 1;
    private static final int CANCEL = 8;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int ENABLE_CONNECT_PROTOCOL = 8;

    /** Of a test that waits until somebody's time is up. All others have more of it than a busy machine takes. */
    private static final String SHORT = "short";

    @TempDir
    Path directory = Path.of("");

    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    Http2LimitsTest() {}

    @BeforeEach
    void start(TestInfo test) throws Exception {
        String timeout = test.getTags().contains(SHORT) ? "1s" : "60s";
        server = TestServer.start(
                directory.resolve("data"),
                "http.request-timeout",
                timeout,
                "http.idle-timeout",
                timeout,
                "http.streams-per-connection-max",
                "8",
                "http.connections-max",
                "20");
    }

    @AfterEach
    void stop() throws Exception {
        assertThat(server.get("/health/live").statusCode())
                .as("others are served")
                .isEqualTo(200);
        await().untilAsserted(() -> assertThat(server.metric("signalbox_http2_streams_open{gateway=\"http\"}"))
                .isZero());
        server.close();
    }

    /** Half a megabyte, which may have to be sent again where time is short. */
    private void publishBig() {
        String body = "{\"topic\":\"big\",\"payload\":\"" + "x".repeat(500_000) + "\"}";
        await().ignoreExceptions()
                .until(() -> server.post("/api/v1/publish", body).statusCode() == 200);
    }

    private void assertEnded(String reason) {
        String line = "signalbox_http2_connections_ended_total{gateway=\"http\",reason=\"" + reason + "\"}";
        await().untilAsserted(() -> assertThat(server.metric(line)).isOne());
    }

    @Test
    void aRequestIsAnswered() throws Exception {
        try (RawHttp2 client = new RawHttp2(server)) {
            client.get(1, "/health/live");
            RawHttp2.Frame head = client.next(RawHttp2.HEADERS, 1);
            assertThat(RawHttp2.status(head)).isEqualTo("200");
            assertThat(new String(client.next(RawHttp2.DATA, 1).payload(), StandardCharsets.UTF_8))
                    .contains("up");
        }
    }

    /** CVE-2023-44487: requests that are taken back as soon as they are sent. */
    @Test
    void rapidResetsEndTheConnection() throws Exception {
        try (RawHttp2 client = new RawHttp2(server)) {
            ByteArrayOutputStream flood = new ByteArrayOutputStream();
            for (int stream = 1; stream < 1_001; stream += 2) {
                flood.writeBytes(RawHttp2.whole(stream, "GET", "/api/v1/subscribe?filter=a"));
                flood.writeBytes(
                        RawHttp2.frame(RawHttp2.RST_STREAM, 0, stream, (byte) 0, (byte) 0, (byte) 0, (byte) 8));
            }
            client.sendRaw(flood.toByteArray());
            assertThat(client.goAway().error()).isEqualTo(ENHANCE_YOUR_CALM);
            assertEnded("flood");
        }
    }

    /** CVE-2024-27316: headers that are continued without end. */
    @ParameterizedTest
    @CsvSource({"0", "1", "1000"})
    void continuationsWithoutEndEndTheConnection(int valueBytes) throws Exception {
        try (RawHttp2 client = new RawHttp2(server)) {
            client.send(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, RawHttp2.request("GET", "/health/live"));
            byte[] more = RawHttp2.frame(
                    RawHttp2.CONTINUATION,
                    0,
                    1,
                    valueBytes == 0 ? new byte[0] : RawHttp2.fields("x", "y".repeat(valueBytes)));
            for (int i = 0; i < 10_000 && client.sendRaw(more); i++) {}
            // What was sent behind the end may have had the socket reset, and the GOAWAY lost: the count has the
            // reason.
            assertEnded("flood");
        }
    }

    @Test
    void headersThatAreTooLargeAreRefusedAndTheConnectionGoesOn() throws Exception {
        try (RawHttp2 client = new RawHttp2(server)) {
            byte[] large = RawHttp2.fields(
                    ":method", "GET", ":scheme", "http", ":authority", "localhost", ":path", "/health/live");
            byte[] field = RawHttp2.fields("x-large", "v".repeat(12_000));
            client.send(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, large);
            for (int i = 0; i < 9; i++) {
                client.send(RawHttp2.CONTINUATION, i == 8 ? RawHttp2.END_HEADERS : 0, 1, field);
            }
            assertThat(RawHttp2.status(client.next(RawHttp2.HEADERS, 1))).isEqualTo("431");
            client.get(3, "/health/live");
            assertThat(RawHttp2.status(client.next(RawHttp2.HEADERS, 3))).isEqualTo("200");
        }
    }

    @ParameterizedTest
    @CsvSource({"6, 8", "4, 6"})
    void aFloodOfPingsOrSettingsEndsTheConnectionAlsoOfWhoReadsTheAnswers(int type, int bytes) throws Exception {
        try (RawHttp2 client = new RawHttp2(server)) {
            byte[] payload = new byte[bytes];
            payload[1] = type == RawHttp2.SETTINGS ? (byte) INITIAL_WINDOW_SIZE : 0;
            byte[] one = RawHttp2.frame(type, 0, 0, payload);
            Thread sending = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 20_000 && client.sendRaw(one); i++) {}
            });
            assertThat(client.goAway().error()).isEqualTo(ENHANCE_YOUR_CALM);
            assertEnded("flood");
            client.close();
            sending.join();
        }
    }

    /** CVE-2025-8671: the client breaks the rules on a stream, and the server resets it. */
    @Test
    void streamsThatAreMadeToBeResetEndTheConnection() throws Exception {
        try (RawHttp2 client = new RawHttp2(server)) {
            boolean ended = false;
            for (int stream = 1; !ended && stream < 1_001; stream += 2) {
                ByteArrayOutputStream broken = new ByteArrayOutputStream();
                broken.writeBytes(RawHttp2.whole(stream, "GET", "/api/v1/subscribe?filter=a"));
                broken.writeBytes(RawHttp2.frame(RawHttp2.WINDOW_UPDATE, 0, stream, new byte[4]));
                ended = !client.sendRaw(broken.toByteArray());
                RawHttp2.Frame frame;
                do {
                    frame = client.next();
                } while (frame != null && frame.type() != RawHttp2.RST_STREAM && frame.type() != RawHttp2.GOAWAY);
                ended |= frame == null || frame.type() == RawHttp2.GOAWAY;
            }
            assertThat(ended).isTrue();
            assertEnded("flood");
        }
    }

    /** RFC 8441 is not offered: browsers then open WebSockets over HTTP/1.1. */
    @Test
    void webSocketsOverHttp2AreNotOffered() throws Exception {
        try (RawHttp2 client = new RawHttp2(server)) {
            RawHttp2.Frame settings = Objects.requireNonNull(client.read());
            assertThat(settings.type()).isEqualTo(RawHttp2.SETTINGS);
            ByteBuffer pairs = ByteBuffer.wrap(settings.payload());
            List<Integer> offered = new ArrayList<>();
            while (pairs.hasRemaining()) {
                offered.add((int) pairs.getShort());
                pairs.getInt();
            }
            assertThat(offered).contains(MAX_CONCURRENT_STREAMS).doesNotContain(ENABLE_CONNECT_PROTOCOL);
        }
    }

    /** The window stays at nothing: the stream goes after the time for idle ones, and others of the connection are served. */
    @Test
    @Tag(SHORT)
    void whoOpensNoWindowLosesHisStreamAlone() throws Exception {
        publishBig();
        try (RawHttp2 client = new RawHttp2(server, INITIAL_WINDOW_SIZE, 0)) {
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            both.writeBytes(RawHttp2.whole(1, "GET", "/api/v1/history?topic=big"));
            both.writeBytes(RawHttp2.whole(3, "HEAD", "/health/live"));
            client.sendRaw(both.toByteArray());
            List<RawHttp2.Frame> heads = new ArrayList<>();
            while (heads.size() < 2) {
                RawHttp2.Frame frame = Objects.requireNonNull(client.next(), "the server only closed");
                assertThat(frame.type()).isEqualTo(RawHttp2.HEADERS);
                heads.add(frame);
            }
            assertThat(heads).extracting(RawHttp2.Frame::stream).containsExactlyInAnyOrder(1, 3);
            assertThat(heads).extracting(RawHttp2::status).containsOnly("200");
            assertThat(client.next(RawHttp2.RST_STREAM, 1).error())
                    .as("no fault of the server's")
                    .isEqualTo(CANCEL);
        }
    }

    /** His windows are wide, and his socket is full: not even the end of a stream would reach him. */
    @Test
    @Tag(SHORT)
    void whoReadsNothingIsClosed() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger("io.signalbox");
        log.start();
        root.addAppender(log);
        for (int i = 0; i < 16; i++) {
            publishBig();
        }
        try (RawHttp2 client = new RawHttp2(server, INITIAL_WINDOW_SIZE, Integer.MAX_VALUE)) {
            client.send(
                    RawHttp2.WINDOW_UPDATE,
                    0,
                    0,
                    ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE - 65_535).array());
            ByteArrayOutputStream all = new ByteArrayOutputStream(); // at once: he could be closed meanwhile
            for (int stream = 1; stream < 16; stream += 2) {
                all.writeBytes(RawHttp2.whole(stream, "GET", "/api/v1/history?topic=big"));
            }
            client.sendRaw(all.toByteArray());
            await().untilAsserted(
                            () -> assertThat(server.metric("signalbox_http2_streams_opened_total{gateway=\"http\"}"))
                                    .isEqualTo(8));
            await().untilAsserted(() -> assertThat(server.metric("signalbox_http2_connections_open{gateway=\"http\"}"))
                    .isZero());
            assertEnded("unread");
        } finally {
            root.detachAppender(log);
        }
        assertThat(log.list)
                .as("what a client causes at will is no fault of the server's")
                .noneMatch(event -> event.getLevel() == Level.ERROR);
    }

    @Test
    @Tag(SHORT)
    void aRequestThatIsNotCompleteInTimeIsAnsweredSo() throws Exception {
        try (RawHttp2 client = new RawHttp2(server)) {
            client.send(
                    RawHttp2.HEADERS,
                    RawHttp2.END_HEADERS,
                    1,
                    RawHttp2.fields(
                            ":method",
                            "POST",
                            ":scheme",
                            "http",
                            ":authority",
                            "localhost",
                            ":path",
                            "/api/v1/publish",
                            "content-type",
                            "application/json"));
            client.send(RawHttp2.DATA, 0, 1, (byte) '{');
            assertThat(RawHttp2.status(client.next(RawHttp2.HEADERS, 1))).isEqualTo("408");
            assertThat(client.next(RawHttp2.RST_STREAM, 1).stream()).isOne();
        }
    }

    @Test
    @Tag(SHORT)
    void whoAsksNothingIsSentAway() throws Exception {
        try (RawHttp2 client = new RawHttp2(server)) {
            assertThat(client.goAway().error()).isEqualTo(NO_ERROR);
            assertThat(client.next()).isNull();
            assertEnded("idle");
        }
        try (RawHttp2 client = new RawHttp2(server)) {
            client.get(1, "/health/live");
            assertThat(client.goAway().error()).isEqualTo(NO_ERROR);
        }
        assertThat(server.raw("PRI * HTTP/2.0\r\n")).as("half of a preface").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        ":path, http://evil.example/health/live",
        "host, evil.example",
        "connection, upgrade",
        "content-length, x"
    })
    void whatHttp2DoesNotAllowIsRefused(String name, String value) throws Exception {
        try (RawHttp2 client = new RawHttp2(server)) {
            byte[] fields = name.equals(":path")
                    ? RawHttp2.request("GET", value)
                    : RawHttp2.fields(
                            ":method",
                            "GET",
                            ":scheme",
                            "http",
                            ":authority",
                            "localhost",
                            ":path",
                            "/health/live",
                            name,
                            value);
            client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, 1, fields);
            RawHttp2.Frame answer = Objects.requireNonNull(client.next(), "the server only closed");
            if (answer.type() == RawHttp2.HEADERS) {
                assertThat(RawHttp2.status(answer)).isIn("400", "404", "421");
            } else {
                assertThat(answer.type()).isIn(RawHttp2.RST_STREAM, RawHttp2.GOAWAY);
                assertThat(answer.error()).isEqualTo(PROTOCOL_ERROR);
            }
        }
    }
}
