package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpMethod;
import io.signalbox.access.Principal;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.web.http2.Http2Connections;
import io.signalbox.gateway.web.http2.Http2Limits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What streams of HTTP/2 make the server hold, counted to the byte, and what of it stays when they end. */
final class Http2MemoryTest {
    private static final int HEADER_TABLE_SIZE = 1;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int ANSWER_BYTES = 60_000;

    /** How many bytes it has given out and not got back, it knows. */
    private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(false, true);

    private CompletableFuture<Principal> whoAsks = new CompletableFuture<>();
    private final WithoutSockets http = new WithoutSockets(
            credentials -> whoAsks,
            route(HttpMethod.GET, "/large", "", request -> Response.text(200, "text/plain", "x".repeat(ANSWER_BYTES))),
            route(HttpMethod.POST, "/take", "*/*", request -> Response.text(200, "text/plain", "")));
    private final Http2Connections connections = new Http2Connections(
            new Http2Limits(100, 96 << 10, Duration.ofHours(1), Duration.ofHours(1)),
            1_000,
            path -> false,
            stream -> stream.pipeline().addLast(http.handler()));
    private final List<EmbeddedChannel> opened = new ArrayList<>();
    private EmbeddedChannel connection;

    @SuppressWarnings("NullAway.Init")
    Http2MemoryTest() {}

    private static Route route(HttpMethod method, String path, String body, Route.Endpoint endpoint) {
        return new Route(method, path, Route.Access.USER, "", List.of(), body, "text/plain", endpoint);
    }

    @BeforeEach
    void open() {
        connection = connect();
    }

    private EmbeddedChannel connect() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(buffers);
        connections.open(channel);
        send(channel, RawHttp2.PREFACE.getBytes(StandardCharsets.US_ASCII));
        send(channel, RawHttp2.frame(RawHttp2.SETTINGS, 0, 0, new byte[] {
            0, HEADER_TABLE_SIZE, 0, 0, 0, 0, 0, INITIAL_WINDOW_SIZE, 0, 0, 0, 0
        }));
        opened.add(channel);
        return channel;
    }

    @AfterEach
    void nothingStays() {
        opened.forEach(Http2MemoryTest::lose);
        http.work();
        opened.forEach(EmbeddedChannel::finishAndReleaseAll);
        assertThat(http.answersHeld()).isZero();
        assertThat(http.bodiesHeld()).isZero();
        assertThat(buffers.metric().usedDirectMemory()).isZero();
        assertThat(buffers.metric().usedHeapMemory()).isZero();
    }

    /** With all its streams, when the time for a goodbye is over. */
    private static void lose(EmbeddedChannel channel) {
        channel.pipeline().close(); // what is scheduled is not dropped so
        channel.advanceTimeBy(2, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
        assertThat(channel.isActive()).isFalse();
    }

    private void send(EmbeddedChannel channel, byte[] bytes) {
        channel.writeInbound(buffers.buffer(bytes.length).writeBytes(bytes));
        channel.runPendingTasks();
    }

    private void post(EmbeddedChannel channel, int stream) {
        send(
                channel,
                RawHttp2.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream, RawHttp2.request("POST", "/take")));
    }

    private void data(EmbeddedChannel channel, int stream, int flags, int bytes) {
        send(channel, RawHttp2.frame(RawHttp2.DATA, flags, stream, new byte[bytes]));
    }

    private void reset(EmbeddedChannel channel, int stream) {
        send(channel, RawHttp2.frame(RawHttp2.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
    }

    /** Of what was written since, as far as it is the head of an answer; 0: there is none. */
    private static int status(EmbeddedChannel channel) {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part; (part = channel.readOutbound()) != null; part.release()) {
            all.writeBytes(part);
        }
        int status = 0;
        while (all.isReadable()) {
            int lengthAndType = all.readInt();
            byte flags = all.readByte();
            int stream = all.readInt();
            byte[] payload = new byte[lengthAndType >>> 8];
            all.readBytes(payload);
            RawHttp2.Frame frame = new RawHttp2.Frame(lengthAndType & 0xFF, flags, stream, payload);
            status = frame.type() == RawHttp2.HEADERS ? Integer.parseInt(RawHttp2.status(frame)) : status;
        }
        return status;
    }

    @Test
    void theAnswerOfAStreamThatIsResetIsGivenBack() {
        whoAsks.complete(Principal.ANONYMOUS);
        for (int stream = 3; stream < 43; stream += 2) {
            send(
                    connection,
                    RawHttp2.frame(
                            RawHttp2.HEADERS,
                            RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
                            stream,
                            RawHttp2.request("GET", "/large")));
            assertThat(http.work()).isTrue();
            connection.runPendingTasks();
            assertThat(status(connection)).isEqualTo(200);
            assertThat(http.answersHeld()).isEqualTo(ANSWER_BYTES);
            reset(connection, stream);
            assertThat(http.answersHeld()).isZero();
        }
    }

    @Test
    void theAnswersOfAConnectionThatIsLostAreGivenBack() {
        whoAsks.complete(Principal.ANONYMOUS);
        send(
                connection,
                RawHttp2.frame(
                        RawHttp2.HEADERS,
                        RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
                        3,
                        RawHttp2.request("GET", "/large")));
        assertThat(http.work()).isTrue();
        connection.runPendingTasks();
        assertThat(http.answersHeld()).isEqualTo(ANSWER_BYTES);
        lose(connection);
        assertThat(http.answersHeld()).isZero();
    }

    @Test
    void nothingOfABodyIsKeptBeforeItIsKnownWhoSendsIt() {
        post(connection, 3);
        data(connection, 3, 0, 1_000);
        assertThat(http.bodiesHeld()).isZero();
        whoAsks.completeExceptionally(new SignalboxException(ReasonCode.BAD_CREDENTIALS, "wrong"));
        connection.runPendingTasks();
        assertThat(status(connection)).isEqualTo(401);
        assertThat(http.bodiesHeld()).isZero();
        whoAsks = new CompletableFuture<>();
        post(connection, 5);
        data(connection, 5, RawHttp2.END_STREAM, 1_000);
        assertThat(http.bodiesHeld()).isZero();
        assertThat(http.work()).as("who he is must be known first").isFalse();
        whoAsks.complete(Principal.ANONYMOUS);
        connection.runPendingTasks();
        assertThat(http.bodiesHeld()).isEqualTo(1_000);
        assertThat(http.work()).isTrue();
        connection.runPendingTasks();
        assertThat(status(connection)).isEqualTo(200);
        assertThat(http.bodiesHeld()).isZero();
    }

    @Test
    void halfBodiesOfOneConnectionLeaveRoomToOthers() {
        whoAsks.complete(Principal.user("one", ""));
        int refused = 0;
        for (int stream = 3; stream < 203; stream += 2) {
            post(connection, stream);
            data(connection, stream, 0, 1_000);
            refused += status(connection) == 503 ? 1 : 0;
        }
        assertThat(http.bodiesHeld()).isEqualTo(WithoutSockets.BODIES_BYTES_MAX / 8);
        assertThat(refused).isEqualTo(100 - 8);
        EmbeddedChannel another = connect();
        whoAsks = CompletableFuture.completedFuture(Principal.user("one", ""));
        post(another, 3);
        data(another, 3, RawHttp2.END_STREAM, 1_000);
        assertThat(status(another)).as("the same user over another connection").isEqualTo(503);
        whoAsks = CompletableFuture.completedFuture(Principal.user("other", ""));
        post(another, 5);
        data(another, 5, RawHttp2.END_STREAM, 1_000);
        assertThat(http.work()).isTrue();
        another.runPendingTasks();
        assertThat(status(another)).isEqualTo(200);
    }

    /** The stream is gone, its bytes are not. */
    @Test
    void aBodyCountsUntilTheWorkOnItIsDone() {
        whoAsks.complete(Principal.ANONYMOUS);
        post(connection, 3);
        data(connection, 3, RawHttp2.END_STREAM, 1_000);
        reset(connection, 3);
        lose(connection);
        assertThat(http.bodiesHeld()).isEqualTo(1_000);
        assertThat(http.work()).isTrue();
        assertThat(http.bodiesHeld()).isZero();
    }

    @Test
    void aBodyThatIsNotCompleteGoesWithItsStream() {
        whoAsks.complete(Principal.ANONYMOUS);
        post(connection, 3);
        data(connection, 3, 0, 1_000);
        assertThat(http.bodiesHeld()).isEqualTo(1_024);
        reset(connection, 3);
        assertThat(http.bodiesHeld()).isZero();
    }
}
