package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.signalbox.access.Authorizer;
import io.signalbox.server.config.ServerConfig;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers that wait for readers who do not read are bounded together, however many readers there are. */
class UnreadAnswersTest {
    private static final int ANSWER_BYTES = 60_000;

    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Memory memory = new Memory(new ByteBudget(1_000), new ByteBudget(100_000));
    private final Exchanges exchanges = exchanges();

    private Exchanges exchanges() {
        try {
            Route large = new Route(
                    HttpMethod.GET,
                    "/large",
                    Route.Access.PUBLIC,
                    "",
                    List.of(),
                    "",
                    "text/plain",
                    request -> Response.text(200, "text/plain", "x".repeat(ANSWER_BYTES)));
            return new Exchanges(
                    new Router(List.of(large)),
                    new Door(
                            credentials -> {
                                throw new AssertionError("nobody is asked who he is");
                            },
                            Authorizer.ALLOW_ALL,
                            true),
                    new Neighbours(true, false, List.of(), List.of()),
                    workers,
                    new Places(ServerConfig.load(null, Map.of(), Map.of()).http()),
                    () -> true,
                    () -> false,
                    new HttpMetrics(new SimpleMeterRegistry()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void close() {
        workers.close();
    }

    /** A socket that nobody reads from: what is written to it stays there. */
    private static final class Unread extends ChannelOutboundHandlerAdapter {
        final Queue<FullHttpResponse> written = new ArrayDeque<>();
        final Queue<ChannelPromise> promises = new ArrayDeque<>();

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            written.add((FullHttpResponse) message);
            promises.add(promise);
        }
    }

    private int ask(Unread socket) {
        EmbeddedChannel channel =
                new EmbeddedChannel(socket, new HttpHandler(exchanges, null, () -> {}, 1_000, memory));
        DefaultFullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/large");
        request.headers().set("host", "localhost");
        channel.writeInbound(request);
        await().until(() -> {
            channel.runPendingTasks();
            return !socket.written.isEmpty();
        });
        return socket.written.element().status().code();
    }

    @Test
    void anAnswerThatFindsNoRoomIsABusyOneUntilAnotherWasRead() {
        Unread first = new Unread();
        assertThat(ask(first)).isEqualTo(200);
        Unread second = new Unread();
        assertThat(ask(second)).isEqualTo(503);
        assertThat(second.written.element().content().readableBytes()).isLessThan(1_000);
        first.promises.element().setSuccess();
        assertThat(ask(new Unread())).isEqualTo(200);
    }
}
