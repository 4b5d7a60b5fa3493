package io.signalbox.server.http;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.signalbox.access.Authenticator;
import io.signalbox.access.Authorizer;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.listener.EventLoops;
import io.signalbox.gateway.listener.Listener;
import io.signalbox.gateway.listener.ListenerCounter;
import io.signalbox.gateway.listener.ListenerLimits;
import io.signalbox.gateway.web.websocket.WebSocketUpgrade;
import io.signalbox.server.config.HttpConfig;
import io.signalbox.server.config.Loopback;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The port of the HTTP API. */
public final class HttpGateway implements AutoCloseable {
    private static final int REQUEST_LINE_BYTES_MAX = 80 << 10;
    private static final int HEADER_BYTES_MAX = 16 << 10;
    private static final int BACKLOG = 256;
    private static final int CONNECT_RATE_MIN = 100;
    private static final int CONNECT_RATE_MAX = 10_000;

    private final HttpConfig config;
    private final Listener listener;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final ExecutorService workers = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("signalbox-http-", 0).factory());
    private final Semaphore connections;
    private final WebSockets webSockets;
    private final Semaphore places;
    private final Semaphore streams;
    private volatile boolean serving;
    private volatile boolean closing;

    private HttpGateway(
            HttpConfig config, Api api, Authenticator authenticator, Authorizer authorizer, EventLoops loops)
            throws IOException {
        this.config = config;
        connections = new Semaphore(config.connectionsMax());
        places = new Semaphore(config.requestsMax());
        streams = new Semaphore(config.streamsMax());
        boolean loopback = Loopback.is(config.host());
        Neighbours neighbours = new Neighbours(loopback, config.tls() != null, config.origins(), config.hosts());
        webSockets = new WebSockets(neighbours, config.webSocketsMax());
        Exchanges exchanges = new Exchanges(
                new Router(api.routes()),
                new Door(authenticator, authorizer, loopback),
                neighbours,
                workers,
                places,
                streams,
                () -> serving,
                () -> closing,
                api.metrics());
        int openMax = (int) Math.min(Integer.MAX_VALUE, (long) config.connectionsMax() + config.webSocketsMax());
        ListenerLimits limits = new ListenerLimits(
                openMax,
                openMax,
                Math.clamp(openMax, CONNECT_RATE_MIN, CONNECT_RATE_MAX),
                Math.toIntExact(config.requestTimeout().toMillis()),
                BACKLOG);
        listener = Listener.bind(
                config.host(), config.port(), config.tls(), limits, loops, channel -> setUp(channel, exchanges));
    }

    /** Binds, and answers supervisors; everybody else is told to wait until it {@linkplain #serve serves}. */
    public static HttpGateway start(
            HttpConfig config, Api api, Authenticator authenticator, Authorizer authorizer, EventLoops loops)
            throws IOException {
        return new HttpGateway(config, api, authenticator, authorizer, loops);
    }

    /** @param protocols what WebSockets may speak, by the name of the subprotocol */
    public void serve(Map<String, Consumer<Channel>> protocols) {
        webSockets.serve(new WebSocketUpgrade(protocols));
        serving = true;
    }

    private void setUp(Channel channel, Exchanges exchanges) {
        if (!connections.tryAcquire()) {
            channel.close();
            return;
        }
        channels.add(channel);
        HttpHandler handler = new HttpHandler(exchanges, webSockets, connections::release, config.bodyBytesMax());
        ConnectionClock clock =
                new ConnectionClock(config.requestTimeout(), config.idleTimeout(), handler::requestTimedOut);
        handler.clock(clock);
        channel.pipeline()
                .addLast(clock)
                .addLast(new HttpServerCodec(new HttpDecoderConfig()
                        .setMaxInitialLineLength(REQUEST_LINE_BYTES_MAX)
                        .setMaxHeaderSize(HEADER_BYTES_MAX)))
                .addLast(handler);
    }

    public int port() {
        return listener.port();
    }

    public List<Counters<ListenerCounter>> counters() {
        return List.of(listener.counters());
    }

    /** Ends the connections of users who were removed or have another password: a stream under way may last for days. */
    public void revoke(Set<String> users) {
        for (Channel channel : channels) {
            HttpHandler handler = channel.pipeline().get(HttpHandler.class);
            if (handler != null && handler.isOf(users)) {
                channel.close();
            }
        }
    }

    /** Accepts nothing more, and lets what is being worked on finish within the time. */
    public void close(Duration grace) {
        closing = true;
        listener.close();
        try {
            long deadline = System.nanoTime() + grace.toNanos();
            if (!places.tryAcquire(config.requestsMax(), grace.toNanos(), TimeUnit.NANOSECONDS)
                    || !streams.tryAcquire(config.streamsMax(), deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
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
