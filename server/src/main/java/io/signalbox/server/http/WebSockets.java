package io.signalbox.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpRequest;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.web.websocket.WebSocketCounter;
import io.signalbox.gateway.web.websocket.WebSocketUpgrade;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** WebSockets at the port of HTTP: who may have one, and how many there are. Thread safe. */
final class WebSockets {
    private final Neighbours neighbours;
    private final Semaphore places;
    private final Counters<WebSocketCounter> counters = new Counters<>(WebSocketCounter.class);
    /** Null while there is nobody yet who would speak to them. */
    private volatile @Nullable WebSocketUpgrade upgrade;

    WebSockets(Neighbours neighbours, int openMax) {
        this.neighbours = neighbours;
        this.places = new Semaphore(openMax);
    }

    Counters<WebSocketCounter> counters() {
        return counters;
    }

    void serve(WebSocketUpgrade value) {
        upgrade = value;
    }

    /**
     * On the connection's loop.
     *
     * @param path without its query
     * @param others handlers of HTTP's, which go
     * @throws HttpProblem there will be none; the connection must be closed then
     */
    void open(Channel channel, HttpRequest request, String path, List<ChannelHandler> others) {
        try {
            neighbours.checkWebSocket(request.headers());
        } catch (HttpProblem foreign) {
            counters.increment(WebSocketCounter.REFUSED_ORIGIN);
            throw foreign;
        }
        WebSocketUpgrade serving = upgrade;
        if (serving == null) {
            throw HttpProblem.starting();
        }
        refuseIf(serving.check(request, path), "websocket-refused", WebSocketCounter.REFUSED_REQUEST);
        if (!places.tryAcquire()) {
            counters.increment(WebSocketCounter.REFUSED_TOTAL);
            throw new HttpProblem(
                    503, "websockets-busy", "as many WebSockets are open as http.websockets-max allows; try later");
        }
        channel.closeFuture().addListener(closed -> places.release());
        refuseIf(serving.admit(channel, path), "websockets-busy", WebSocketCounter.REFUSED_PROTOCOL);
        counters.increment(WebSocketCounter.OPENED);
        counters.increment(WebSocketCounter.OPEN);
        channel.closeFuture().addListener(closed -> counters.add(WebSocketCounter.OPEN, -1));
        serving.open(channel, request, path, others);
    }

    private void refuseIf(Optional<WebSocketUpgrade.Refusal> refusal, String code, WebSocketCounter counter) {
        if (refusal.isPresent()) {
            counters.increment(counter);
            throw new HttpProblem(
                    refusal.get().status(),
                    code,
                    refusal.get().detail(),
                    refusal.get().headers());
        }
    }
}
