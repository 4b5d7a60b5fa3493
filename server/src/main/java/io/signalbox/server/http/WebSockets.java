package io.signalbox.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpRequest;
import io.signalbox.gateway.web.websocket.WebSocketUpgrade;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** WebSockets at the port of HTTP: who may have one, and how many there are. Thread safe. */
final class WebSockets {
    private final Neighbours neighbours;
    private final Semaphore places;
    /** Null while there is nobody yet who would speak to them. */
    private volatile @Nullable WebSocketUpgrade upgrade;

    WebSockets(Neighbours neighbours, int openMax) {
        this.neighbours = neighbours;
        this.places = new Semaphore(openMax);
    }

    void serve(WebSocketUpgrade value) {
        upgrade = value;
    }

    /**
     * On the connection's loop.
     *
     * @param path without its query
     * @param others handlers of HTTP's, which go
     * @throws HttpProblem there will be none
     */
    void open(Channel channel, HttpRequest request, String path, List<ChannelHandler> others) {
        neighbours.checkWebSocket(request.headers());
        WebSocketUpgrade serving = upgrade;
        if (serving == null) {
            throw HttpProblem.starting();
        }
        Optional<WebSocketUpgrade.Refusal> refusal = serving.check(request, path);
        if (refusal.isPresent()) {
            throw new HttpProblem(
                    refusal.get().status(),
                    "websocket-refused",
                    refusal.get().detail(),
                    refusal.get().headers());
        }
        if (!places.tryAcquire()) {
            throw new HttpProblem(
                    503, "websockets-busy", "as many WebSockets are open as http.websockets-max allows; try later");
        }
        channel.closeFuture().addListener(closed -> places.release());
        serving.open(channel, request, path, others);
    }
}
