package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.signalbox.access.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class PlacesTest {
    /** The default of http.requests-max. */
    private static final int REQUESTS_MAX = 64;

    private final WithoutSockets http = new WithoutSockets(
            credentials -> CompletableFuture.completedFuture(Principal.ANONYMOUS),
            route("/work", Route.Access.USER),
            route("/watch", Route.Access.PUBLIC));

    private static Route route(String path, Route.Access access) {
        return new Route(
                HttpMethod.GET,
                path,
                access,
                "",
                List.of(),
                "",
                "text/plain",
                request -> Response.text(200, "text/plain", "done"));
    }

    private EmbeddedChannel ask(String path) {
        EmbeddedChannel channel = new EmbeddedChannel(http.handler());
        DefaultFullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
        request.headers().set("host", "localhost");
        channel.writeInbound(request);
        channel.runPendingTasks();
        return channel;
    }

    private static int status(EmbeddedChannel channel) {
        channel.runPendingTasks();
        FullHttpResponse answer = channel.readOutbound();
        return answer == null ? 0 : answer.status().code();
    }

    @Test
    void moreRequestsThanMayBeWorkedOnAreAnsweredBusyAndWhoWatchesIsServed() {
        List<EmbeddedChannel> working = new ArrayList<>();
        for (int i = 0; i < REQUESTS_MAX; i++) {
            working.add(ask("/work"));
        }
        FullHttpResponse busy = ask("/work").readOutbound();
        assertThat(busy.status().code()).isEqualTo(503);
        assertThat(busy.headers().get("retry-after")).isEqualTo("1");
        EmbeddedChannel watching = ask("/watch");
        assertThat(status(watching)).as("not refused").isZero();
        assertThat(http.work()).isTrue();
        assertThat(status(watching)).isEqualTo(200);
        assertThat(working).allSatisfy(channel -> assertThat(status(channel)).isEqualTo(200));
        EmbeddedChannel late = ask("/work");
        assertThat(http.work()).isTrue();
        assertThat(status(late)).isEqualTo(200);
    }
}
