package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is gone is not waited for, whenever he went. */
final class LeftCallersTest {
    private final List<Boolean> interrupted = new ArrayList<>();
    private final WithoutSockets http = new WithoutSockets(
            credentials -> {
                throw new AssertionError("nobody is asked who he is");
            },
            new Route(HttpMethod.GET, "/wait", Route.Access.PUBLIC, "", List.of(), "", "text/plain", request -> {
                        interrupted.add(Thread.interrupted());
                        return Response.text(200, "text/plain", "");
                    })
                    .waiting());

    private EmbeddedChannel ask() {
        EmbeddedChannel channel = new EmbeddedChannel(http.handler());
        DefaultFullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/wait");
        request.headers().set("host", "localhost");
        channel.writeInbound(request);
        return channel;
    }

    @Test
    void whoLeavesBeforeTheWorkBeginsIsNotWaitedFor() {
        ask().close();
        assertThat(http.work()).isTrue();
        assertThat(interrupted).containsExactly(true);
    }

    @Test
    void whoIsThereIs() {
        ask();
        assertThat(http.work()).isTrue();
        assertThat(interrupted).containsExactly(false);
    }
}
