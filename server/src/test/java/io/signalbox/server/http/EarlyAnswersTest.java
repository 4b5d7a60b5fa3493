package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.security.password.Argon2Cost;
import io.signalbox.security.password.PasswordFileEditor;
import io.signalbox.server.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the head of a request shows is answered before its body is read. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class EarlyAnswersTest {
    private static final String RIGHT = "Basic " + base64("known:pw");
    private static final String WRONG = "Basic " + base64("known:guess");
    private static final String MESSAGE = "{\"topic\":\"a\",\"payload\":\"1\"}";

    @TempDir
    Path directory = Path.of("");

    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    EarlyAnswersTest() {}

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    @BeforeEach
    void start() throws Exception {
        Path passwords = directory.resolve("passwords");
        new PasswordFileEditor(passwords, new Argon2Cost(8, 1, 1)).put("known", "pw".getBytes(StandardCharsets.UTF_8));
        server = TestServer.start(
                directory.resolve("data"),
                "security.password-file",
                passwords.toString(),
                "http.request-timeout",
                "1h",
                "http.idle-timeout",
                "1h");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String head(String path, String authorization, String... more) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: "
                + authorization + "\r\n" + String.join("\r\n", more) + "\r\n\r\n";
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Status line and headers; the body is read and dropped. */
    private static List<String> answer(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        while (true) {
            int b = in.read();
            assertThat(b).as("the connection has ended after " + lines).isNotNegative();
            if (b != '\n') {
                line.append((char) b);
            } else if (line.toString().strip().isEmpty()) {
                break;
            } else {
                lines.add(line.toString().strip());
                line.setLength(0);
            }
        }
        for (String header : lines) {
            if (header.startsWith("content-length: ")) {
                in.skipNBytes(Integer.parseInt(header.substring(16)));
            }
        }
        return lines;
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/publish, guess, 401",
        "/api/v1/nowhere, right, 404",
        "/api/v1/stats, right, 405",
        "/api/v1/consumers/c/poll, right, 400"
    })
    void aBodyThatNobodyWantsIsNotWaitedFor(String path, String who, int status) throws Exception {
        try (Socket socket = server.connect()) {
            send(socket, head(path, who.equals("right") ? RIGHT : WRONG, "Content-Length: 1000000"));
            List<String> answer = answer(socket.getInputStream());
            assertThat(answer.getFirst()).startsWith("HTTP/1.1 " + status);
            assertThat(answer).contains("connection: close");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    /** A small one is cheaper to read than a new connection is to make. */
    @Test
    void theConnectionGoesOnBehindASmallBodyThatWasDropped() throws Exception {
        try (Socket socket = server.connect()) {
            for (int i = 0; i < 3; i++) {
                send(socket, head("/api/v1/publish", WRONG, "Content-Length: " + MESSAGE.length()));
                List<String> refused = answer(socket.getInputStream());
                assertThat(refused.getFirst()).startsWith("HTTP/1.1 401");
                assertThat(refused).contains("connection: keep-alive");
                send(socket, MESSAGE);
            }
            send(socket, head("/api/v1/publish", RIGHT, "Content-Length: " + MESSAGE.length()) + MESSAGE);
            assertThat(answer(socket.getInputStream()).getFirst()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrderWhateverIsRefused() throws Exception {
        String length = "Content-Length: " + MESSAGE.length();
        String wrong = head("/api/v1/publish", WRONG, length) + MESSAGE;
        String right = head("/api/v1/publish", RIGHT, length) + MESSAGE;
        String nowhere = head("/nowhere", RIGHT, length) + MESSAGE;
        try (Socket socket = server.connect()) {
            send(socket, wrong + right + nowhere + right + wrong + wrong + right);
            for (int status : new int[] {401, 200, 404, 200, 401, 401, 200}) {
                assertThat(answer(socket.getInputStream()).getFirst()).startsWith("HTTP/1.1 " + status);
            }
        }
    }

    @Test
    void whoAsksBeforeHeSendsIsToldToGoOnIfHeIsKnownAlone() throws Exception {
        String[] asks = {"Expect: 100-continue", "Content-Length: " + MESSAGE.length()};
        try (Socket socket = server.connect()) {
            send(socket, head("/api/v1/publish", WRONG, asks));
            List<String> refused = answer(socket.getInputStream());
            assertThat(refused.getFirst()).startsWith("HTTP/1.1 401");
            assertThat(refused).as("whether a body follows none can tell").contains("connection: close");
        }
        try (Socket socket = server.connect()) {
            send(socket, head("/api/v1/publish", RIGHT, asks));
            assertThat(answer(socket.getInputStream()).getFirst()).startsWith("HTTP/1.1 100");
            send(socket, MESSAGE);
            assertThat(answer(socket.getInputStream()).getFirst()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aBodyOfUnknownLengthMayBeEmptyWhereNoneIsTaken() throws Exception {
        try (Socket socket = server.connect()) {
            String poll = head("/api/v1/consumers/none/poll", RIGHT, "Transfer-Encoding: chunked");
            send(socket, poll + "0\r\n\r\n");
            assertThat(answer(socket.getInputStream()).getFirst()).startsWith("HTTP/1.1 404");
            send(socket, poll + "2\r\n{}\r\n0\r\n\r\n");
            assertThat(answer(socket.getInputStream()).getFirst()).startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void overHttp2TheStreamEndsWithoutAnErrorAndTheConnectionGoesOn() throws Exception {
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
                            "application/json",
                            "authorization",
                            WRONG));
            assertThat(RawHttp2.status(client.next(RawHttp2.HEADERS, 1))).isEqualTo("401");
            assertThat(client.next(RawHttp2.RST_STREAM, 1).error())
                    .as("NO_ERROR")
                    .isZero();
            client.get(3, "/health/live");
            assertThat(RawHttp2.status(client.next(RawHttp2.HEADERS, 3))).isEqualTo("200");
        }
    }

    /** A stream is one request: to end it costs nothing, and its place is free again. */
    @Test
    void overHttp2NoBodyIsWaitedForHoweverSmallItIs() throws Exception {
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
                            "/nowhere",
                            "content-length",
                            "1"));
            assertThat(RawHttp2.status(client.next(RawHttp2.HEADERS, 1))).isEqualTo("404");
            assertThat(client.next(RawHttp2.RST_STREAM, 1).error())
                    .as("NO_ERROR")
                    .isZero();
        }
    }

    /** A socket that is closed over unread bytes is reset, and may take the answer along. */
    @Test
    void whoIsTooSlowHearsItAndIsNotReset() throws Exception {
        try (TestServer hasty = TestServer.start(directory.resolve("hasty"), "http.request-timeout", "300ms");
                Socket socket = hasty.connect()) {
            send(
                    socket,
                    "POST /api/v1/publish HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 1000000\r\n\r\n");
            Thread dripping = Thread.ofVirtual().start(() -> {
                try {
                    while (!Thread.interrupted()) {
                        send(socket, " ");
                        Thread.onSpinWait();
                    }
                } catch (IOException closed) {
                    // as it must be in the end
                }
            });
            try (BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
                assertThat(in.readLine()).startsWith("HTTP/1.1 408");
                while (in.readLine() != null) {
                    // until the end, which is one and no reset
                }
            } finally {
                dripping.interrupt();
                dripping.join();
            }
        }
    }
}
