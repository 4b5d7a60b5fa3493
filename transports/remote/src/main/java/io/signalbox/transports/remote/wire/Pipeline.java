package io.signalbox.transports.remote.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.signalbox.client.connection.Endpoint;
import io.signalbox.client.connection.LinkOptions;
import io.signalbox.client.connection.Tls;
import java.net.URI;
import javax.net.ssl.SSLException;

/** The layers of a connection: TLS, WebSocket, MQTT, as its endpoint has them. */
record Pipeline(LinkOptions options, WireHandler handler) {
    private static final int HTTP_BYTES_MAX = 64 << 10;

    /** @throws SSLException if the keys cannot be used */
    void fill(Channel channel) throws SSLException {
        Endpoint endpoint = options.endpoint();
        ChannelPipeline pipeline = channel.pipeline();
        if (endpoint.tls()) {
            pipeline.addLast(tls(options.tls()).newHandler(channel.alloc(), endpoint.host(), endpoint.port()));
        }
        if (endpoint.path() != null) {
            pipeline.addLast(new HttpClientCodec(), new HttpObjectAggregator(HTTP_BYTES_MAX));
            pipeline.addLast(new WebSocketClientProtocolHandler(WebSocketClientProtocolConfig.newBuilder()
                    .webSocketUri(uri(endpoint))
                    .version(WebSocketVersion.V13)
                    .subprotocol("mqtt")
                    .customHeaders(new DefaultHttpHeaders())
                    .maxFramePayloadLength(ConnectRequest.PACKET_BYTES_MAX)
                    .handshakeTimeoutMillis(options.connectTimeout().toMillis())
                    .build()));
            pipeline.addLast(new WebSocketBytes());
        }
        pipeline.addLast(new MqttDecoder(ConnectRequest.PACKET_BYTES_MAX), MqttEncoder.INSTANCE, handler);
    }

    /** The server's name is always checked. */
    private static SslContext tls(Tls tls) throws SSLException {
        return SslContextBuilder.forClient()
                .trustManager(tls.trust())
                .keyManager(tls.keys())
                .endpointIdentificationAlgorithm("HTTPS")
                .build();
    }

    private static URI uri(Endpoint endpoint) {
        String host = endpoint.host().indexOf(':') < 0 ? endpoint.host() : "[" + endpoint.host() + "]";
        return URI.create((endpoint.tls() ? "wss://" : "ws://") + host + ":" + endpoint.port() + "/" + endpoint.path());
    }
}
