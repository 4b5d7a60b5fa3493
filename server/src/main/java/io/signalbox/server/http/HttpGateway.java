package io.signalbox.server.http;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.signalbox.access.Authenticator;
import io.signalbox.access.Authorizer;
import io.signalbox.gateway.listener.Certificates;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.listener.EventLoops;
import io.signalbox.gateway.listener.Gate;
import io.signalbox.gateway.listener.Listener;
import io.signalbox.gateway.listener.ListenerCounter;
import io.signalbox.gateway.listener.ListenerLimits;
import io.signalbox.gateway.listener.TlsConfig;
import io.signalbox.gateway.web.http2.Http2Connections;
import io.signalbox.gateway.web.http2.Http2Counter;
import io.signalbox.gateway.web.http2.Http2Limits;
import io.signalbox.gateway.web.http2.PrefaceReader;
import io.signalbox.gateway.web.websocket.WebSocketCounter;
import io.signalbox.gateway.web.websocket.WebSocketProtocol;
import io.signalbox.gateway.web.websocket.WebSocketUpgrade;
import io.signalbox.server.config.HttpConfig;
import io.signalbox.server.config.Loopback;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The port of the HTTP API. */
public final class HttpGateway implements AutoCloseable {
    private final HttpConfig config;
    private final Gate gate;
    private final Listener listener;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final ExecutorService workers = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("signalbox-http-", 0).factory());
    private final Semaphore connections;
    private final WebSockets webSockets;
    private final Http2Connections http2;
    private final Memory memory;
    private final Places places;
    private final Exchanges exchanges;
    private volatile boolean serving;
    private volatile boolean closing;

    private HttpGateway(
            HttpConfig config, Api api, Authenticator authenticator, Authorizer authorizer, EventLoops loops)
            throws IOException {
        this.config = config;
        connections = new Semaphore(config.connectionsMax());
        places = new Places(config);
        memory = Memory.ofHeap(config.bodyBytesMax());
        Router router = new Router(api.routes());
        boolean loopback = Loopback.is(config.host());
        Neighbours neighbours = new Neighbours(loopback, config.tls() != null, config.origins(), config.hosts());
        webSockets = new WebSockets(neighbours, config.webSocketsMax());
        exchanges = new Exchanges(
                router,
                new Door(authenticator, authorizer, loopback),
                neighbours,
                workers,
                places,
                () -> serving,
                () -> closing,
                api.metrics());
        http2 = new Http2Connections(
                new Http2Limits(
                        config.streamsPerConnectionMax(),
                        RequestHead.LINE_BYTES_MAX + RequestHead.HEADER_BYTES_MAX,
                        config.requestTimeout(),
                        config.idleTimeout()),
                config.connectionsMax(),
                router::isMonitoring,
                this::setUpStream);
        gate = new Gate(new ListenerLimits(
                (int) Math.min(Integer.MAX_VALUE, (long) config.connectionsMax() + config.webSocketsMax()),
                config.connectionsPerAddressMax(),
                config.connectRatePerSecond(),
                Math.toIntExact(config.requestTimeout().toMillis()),
                config.backlog()));
        TlsConfig tls = config.tls();
        listener = Listener.bind(
                config.host(),
                config.port(),
                tls == null ? null : Certificates.read(tls, "h2", "http/1.1"),
                gate,
                loops,
                this::setUp);
    }

    /** Binds, and answers supervisors; everybody else is told to wait until it {@linkplain #serve serves}. */
    public static HttpGateway start(
            HttpConfig config, Api api, Authenticator authenticator, Authorizer authorizer, EventLoops loops)
            throws IOException {
        return new HttpGateway(config, api, authenticator, authorizer, loops);
    }

    /** @param protocols what WebSockets may speak, by the name of the subprotocol */
    public void serve(Map<String, WebSocketProtocol> protocols) {
        webSockets.serve(new WebSocketUpgrade(protocols));
        serving = true;
    }

    private void setUp(Channel channel) {
        if (!connections.tryAcquire()) {
            channel.close();
            return;
        }
        channels.add(channel);
        AtomicBoolean left = new AtomicBoolean();
        Runnable leave = () -> {
            if (left.compareAndSet(false, true)) {
                connections.release();
            }
        };
        channel.closeFuture().addListener(closed -> leave.run());
        HttpHandler handler = new HttpHandler(exchanges, webSockets, leave, config.bodyBytesMax(), memory);
        ConnectionClock clock = clock(handler);
        channel.pipeline()
                .addLast(clock)
                .addLast(new PrefaceReader(
                        http1 -> http1.pipeline()
                                .addLast(new HttpServerCodec(new HttpDecoderConfig()
                                        .setMaxInitialLineLength(RequestHead.LINE_BYTES_MAX)
                                        .setMaxHeaderSize(RequestHead.HEADER_BYTES_MAX)))
                                .addLast(handler),
                        connection -> {
                            connection.pipeline().remove(clock);
                            http2.open(connection);
                        }));
    }

    private void setUpStream(Channel stream) {
        channels.add(stream);
        HttpHandler handler = new HttpHandler(exchanges, null, () -> {}, config.bodyBytesMax(), memory);
        stream.pipeline().addLast(clock(handler)).addLast(handler);
    }

    private ConnectionClock clock(HttpHandler handler) {
        ConnectionClock clock =
                new ConnectionClock(config.requestTimeout(), config.idleTimeout(), handler::requestTimedOut);
        handler.clock(clock);
        return clock;
    }

    public int port() {
        return listener.port();
    }

    public Counters<ListenerCounter> listenerCounters() {
        return listener.counters();
    }

    public Counters<WebSocketCounter> webSocketCounters() {
        return webSockets.counters();
    }

    public Counters<Http2Counter> http2Counters() {
        return http2.counters();
    }

    public Gate gate() {
        return gate;
    }

    /** Ends the connections of users who were removed or have another password: a stream under way may last for days. */
    public void revoke(Set<String> users) {
        for (Channel channel : channels) {
            HttpHandler handler = channel.pipeline().get(HttpHandler.class);
            if (handler != null && handler.caller().isOf(users)) {
                channel.close();
            }
        }
    }

    /** Accepts nothing more, and lets what is being worked on finish within the time. */
    public void close(Duration grace) {
        closing = true;
        listener.close();
        try {
            exchanges.wake();
            if (!places.awaitAll(grace.toNanos())) {
                workers.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        channels.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        workers.shutdownNow();
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(2));
    }
}
