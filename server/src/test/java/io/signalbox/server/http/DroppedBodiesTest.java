package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A small body that nobody wants is dropped, to keep the connection, within the times and bounds of others. */
final class DroppedBodiesTest {
    private static final int REQUEST_SECONDS = 10;
    private static final int IDLE_SECONDS = 60;
    private static final String UNWANTED = "POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n";
    private static final Pattern STATUS = Pattern.compile("HTTP/1.1 (\\d{3})");

    private final WithoutSockets http = new WithoutSockets(credentials -> {
        throw new AssertionError("nobody is asked who he is");
    });
    private final Socket socket = new Socket();
    private final EmbeddedChannel connection =
            http.connection(Duration.ofSeconds(REQUEST_SECONDS), Duration.ofSeconds(IDLE_SECONDS), socket);

    @AfterEach
    void close() {
        connection.finishAndReleaseAll();
    }

    /** What is written to it while nobody reads stays there until it is closed. */
    private static final class Socket extends ChannelOutboundHandlerAdapter {
        boolean unread;

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (unread) {
                ReferenceCountUtil.release(message);
            } else {
                ctx.write(message, promise);
            }
        }
    }

    private void send(String text) {
        connection.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
        connection.runPendingTasks();
    }

    private void pass(int seconds) {
        connection.advanceTimeBy(seconds, TimeUnit.SECONDS);
        connection.runScheduledPendingTasks();
        connection.runPendingTasks();
    }

    /** Statuses since the last call. */
    private List<String> answers() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf next; (next = connection.readOutbound()) != null; next.release()) {
            all.append(next.toString(StandardCharsets.US_ASCII));
        }
        return STATUS.matcher(all).results().map(found -> found.group(1)).toList();
    }

    @Test
    void whoReadsNoAnswersIsNotReadFromAndIsClosed() {
        socket.unread = true;
        send(UNWANTED);
        assertThat(connection.config().isAutoRead()).as("the body is dropped").isTrue();
        send("xx");
        assertThat(connection.config().isAutoRead()).isFalse();
        send(UNWANTED); // one read may have brought it, in a record of TLS behind the other
        assertThat(connection.config().isAutoRead()).isFalse();
        pass(IDLE_SECONDS - 1);
        assertThat(connection.isOpen()).isTrue();
        pass(1);
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void theConnectionBehindADroppedBodyIsIdle() {
        send(UNWANTED);
        send("xx");
        pass(IDLE_SECONDS - 1);
        assertThat(answers()).as("and no 408").containsExactly("404");
        assertThat(connection.isOpen()).isTrue();
        pass(1);
        assertThat(connection.isOpen()).isFalse();
        assertThat(answers()).isEmpty();
    }

    @Test
    void theNextRequestHasItsFullTime() {
        send(UNWANTED);
        send("xx");
        pass(REQUEST_SECONDS - 1);
        send("GET /now");
        pass(REQUEST_SECONDS - 1);
        assertThat(answers()).containsExactly("404");
        pass(1);
        assertThat(answers()).containsExactly("408");
    }

    @Test
    void aBodyThatDoesNotComeIsWaitedForNoLongerThanARequest() {
        send(UNWANTED);
        pass(REQUEST_SECONDS / 2);
        send("x");
        pass(REQUEST_SECONDS / 2);
        pass(2); // to say farewell
        assertThat(connection.isOpen()).isFalse();
        assertThat(answers()).as("it was answered").containsExactly("404");
    }
}
