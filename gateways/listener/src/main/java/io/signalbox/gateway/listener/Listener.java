package io.signalbox.gateway.listener;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port that strangers knock at. Who is let in gets a pipeline from the protocol's own {@code setup}; the listener
 * keeps the count, the rate, and TLS.
 */
public final class Listener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    /** Small first reads: an idle connection must not own a big buffer. */
    private static final int RECEIVE_BYTES_MIN = 512;

    private static final int RECEIVE_BYTES_INITIAL = 1_024;
    private static final int RECEIVE_BYTES_MAX = 65_536;

    private final Channel channel;
    private final Gate gate;

    private Listener(Channel channel, Gate gate) {
        this.channel = channel;
        this.gate = gate;
    }

    /**
     * Binds and begins to accept, at a gate of its own.
     *
     * @param port 0: any free one
     * @param setup builds the protocol's pipeline on the channel's loop
     * @throws IOException the address is in use or not this machine's, or a TLS file is unusable
     */
    public static Listener bind(
            String host,
            int port,
            @Nullable TlsConfig tls,
            ListenerLimits limits,
            EventLoops loops,
            Consumer<Channel> setup)
            throws IOException {
        return bind(host, port, tls, new Gate(limits), loops, setup);
    }

    /** The same at a gate that has other doors too. */
    public static Listener bind(
            String host, int port, @Nullable TlsConfig tls, Gate gate, EventLoops loops, Consumer<Channel> setup)
            throws IOException {
        return bind(host, port, tls == null ? null : Certificates.read(tls), gate, loops, setup);
    }

    /** The same with what TLS shows in the caller's hands; null: no TLS. */
    public static Listener bind(
            String host, int port, @Nullable Certificates tls, Gate gate, EventLoops loops, Consumer<Channel> setup)
            throws IOException {
        ListenerLimits limits = gate.limits();
        ChannelFuture bound = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannel())
                .option(ChannelOption.SO_BACKLOG, limits.backlog())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(RECEIVE_BYTES_MIN, RECEIVE_BYTES_INITIAL, RECEIVE_BYTES_MAX))
                .childHandler(new Door(gate, tls, setup))
                .bind(host, port)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + host + ":" + port + ": "
                            + bound.cause().getMessage()
                            + "; choose another port (0 for any free one) or stop who has it",
                    bound.cause());
        }
        if (tls != null) {
            gate.shows(tls);
        }
        return new Listener(bound.channel(), gate);
    }

    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    public Counters<ListenerCounter> counters() {
        return gate.counters();
    }

    /** Stops accepting; connections that are open stay so. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
    }

    /** Runs once for each accepted channel, on its loop. */
    private static final class Door extends ChannelInitializer<Channel> {
        private static final WriteBudget BUDGET = new WriteBudget(PlatformDependent.maxDirectMemory());

        private final Gate gate;
        private final @Nullable Certificates tls;
        private final Consumer<Channel> setup;

        Door(Gate gate, @Nullable Certificates tls, Consumer<Channel> setup) {
            this.gate = gate;
            this.tls = tls;
            this.setup = setup;
        }

        @Override
        public boolean isSharable() {
            return true;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
                channel.close(); // gone before we could ask
                return;
            }
            if (gate.admit(channel, remote.getAddress()) != null) {
                channel.config().setOption(ChannelOption.SO_LINGER, 0); // no TIME_WAIT for a flood
                channel.close();
                return;
            }
            channel.config()
                    .setWriteBufferWaterMark(BUDGET.waterMark(gate.counters().value(ListenerCounter.OPEN)));
            if (tls != null) {
                SslHandler handler = tls.newHandler(channel.alloc());
                handler.setHandshakeTimeoutMillis(gate.limits().connectTimeoutMillis());
                handler.handshakeFuture().addListener(done -> {
                    if (!done.isSuccess()) {
                        gate.counters().increment(ListenerCounter.TLS_FAILED);
                        LOG.debug(
                                "TLS handshake with {} failed: {}",
                                remote,
                                done.cause().getMessage());
                    }
                });
                channel.pipeline().addLast(Layers.TLS, handler);
            }
            setup.accept(channel);
        }
    }
}
