package io.signalbox.transports.remote;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.signalbox.transport.Capabilities.Feature;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** The wire of a server whose disk stands still: it takes connections and answers pings, and publishes only when told. */
final class SilentServer implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel listener;
    private final AtomicInteger connects = new AtomicInteger();
    private final List<String> received = new CopyOnWriteArrayList<>();
    private volatile boolean answering;
    private volatile long retryAfterMillis;

    SilentServer() {
        listener = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new MqttDecoder(), MqttEncoder.INSTANCE, new Door());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    private final class Door extends SimpleChannelInboundHandler<MqttMessage> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, MqttMessage message) {
            switch (message.fixedHeader().messageType()) {
                case CONNECT -> context.writeAndFlush(connack());
                case PINGREQ -> context.writeAndFlush(MqttMessage.PINGRESP);
                case PUBLISH -> {
                    MqttPublishMessage publish = (MqttPublishMessage) message;
                    received.add(publish.payload().toString(StandardCharsets.UTF_8));
                    if (answering) {
                        context.writeAndFlush(MqttMessageBuilders.pubAck()
                                .packetId(publish.variableHeader().packetId())
                                .build());
                    }
                }
                default -> context.close();
            }
        }
    }

    private MqttMessage connack() {
        connects.incrementAndGet();
        MqttProperties properties = new MqttProperties();
        properties.add(new UserProperty("sb-transport", "1"));
        properties.add(new UserProperty(
                "sb-features",
                Arrays.stream(Feature.values())
                        .map(feature -> feature.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .collect(Collectors.joining(","))));
        boolean refuses = retryAfterMillis > 0;
        if (refuses) {
            properties.add(new UserProperty("sb-retry-after", Long.toString(retryAfterMillis)));
        }
        return MqttMessageBuilders.connAck()
                .returnCode(
                        refuses
                                ? MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_BUSY
                                : MqttConnectReturnCode.CONNECTION_ACCEPTED)
                .properties(properties)
                .build();
    }

    String url() {
        return "mqtt://127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Publishes that come are answered from now on, or not. */
    void answer(boolean whether) {
        answering = whether;
    }

    /** Refuses who connects, busy, with this wish; 0: takes everybody. */
    void refuseFor(long millis) {
        retryAfterMillis = millis;
    }

    int connects() {
        return connects.get();
    }

    /** Payloads, in the order they came. */
    List<String> received() {
        return received;
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        loops.close();
    }
}
