package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers that wait for readers who do not read are bounded together, however many readers there are. */
class UnreadAnswersTest {
    private static final int ANSWER_BYTES = 60_000;

    private final WithoutSockets http = new WithoutSockets(
            credentials -> {
                throw new AssertionError("nobody is asked who he is");
            },
            new Route(
                    HttpMethod.GET,
                    "/large",
                    Route.Access.PUBLIC,
                    "",
                    List.of(),
                    "",
                    "text/plain",
                    request -> Response.text(200, "text/plain", "x".repeat(ANSWER_BYTES))));

    @AfterEach
    void close() {
        assertThat(http.answersHeld()).as("all was given back").isZero();
    }

    /** A socket that nobody reads from: what is written to it stays there until it is closed. */
    private static final class Unread extends ChannelOutboundHandlerAdapter {
        final Queue<FullHttpResponse> written = new ArrayDeque<>();
        final Queue<ChannelPromise> promises = new ArrayDeque<>();

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            written.add((FullHttpResponse) message);
            promises.add(promise);
        }
    }

    private EmbeddedChannel ask(HttpMethod method, Unread socket) {
        EmbeddedChannel channel = new EmbeddedChannel(socket, http.handler());
        DefaultFullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, "/large");
        request.headers().set("host", "localhost");
        channel.writeInbound(request);
        return channel;
    }

    private void answer(EmbeddedChannel channel) {
        assertThat(http.work()).isTrue();
        channel.runPendingTasks();
    }

    private int status(Unread socket) {
        answer(ask(HttpMethod.GET, socket));
        return socket.written.element().status().code();
    }

    private int statusOfAnother() {
        Unread socket = new Unread();
        int status = status(socket);
        socket.promises.element().setSuccess();
        return status;
    }

    @Test
    void anAnswerThatFindsNoRoomIsABusyOneUntilAnotherWasRead() {
        Unread first = new Unread();
        assertThat(status(first)).isEqualTo(200);
        Unread second = new Unread();
        assertThat(status(second)).isEqualTo(503);
        assertThat(second.written.element().content().readableBytes()).isLessThan(1_000);
        first.promises.element().setSuccess();
        assertThat(statusOfAnother()).isEqualTo(200);
        second.promises.element().setSuccess();
    }

    @Test
    void anAnswerThatFailsIsGivenBack() {
        Unread socket = new Unread();
        status(socket);
        socket.promises.element().setFailure(new IOException("reset"));
        assertThat(statusOfAnother()).isEqualTo(200);
    }

    @Test
    void anAnswerWhoseReaderHasGoneIsGivenBackUnwritten() {
        Unread socket = new Unread();
        EmbeddedChannel channel = ask(HttpMethod.GET, socket);
        channel.close();
        answer(channel);
        assertThat(socket.written).isEmpty();
        assertThat(statusOfAnother()).isEqualTo(200);
    }

    @Test
    void theAnswerToHeadHasNoBodyAndIsGivenBackToo() {
        Unread socket = new Unread();
        answer(ask(HttpMethod.HEAD, socket));
        FullHttpResponse answer = socket.written.element();
        assertThat(answer.content().isReadable()).isFalse();
        assertThat(answer.headers().get("content-length")).isEqualTo(Integer.toString(ANSWER_BYTES));
        socket.promises.element().setSuccess();
    }
}
