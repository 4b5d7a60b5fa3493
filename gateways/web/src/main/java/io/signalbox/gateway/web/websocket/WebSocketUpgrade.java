package io.signalbox.gateway.web.websocket;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import io.signalbox.gateway.listener.Layers;
import io.signalbox.gateway.listener.ListenerCounter;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns an HTTP/1.1 connection into a WebSocket of one of these protocols (RFC 6455 §4.2). Extensions, compression among
 * them, are not agreed on: what is compressed together with what an attacker chose gives itself away by its length.
 * Immutable.
 */
public final class WebSocketUpgrade {
    private static final String VERSION = "13";

    private final Map<String, WebSocketProtocol> protocols;

    /**
     * @param protocols by the name of the subprotocol, such as {@code mqtt}; a WebSocket of it is at the path of that
     *     name
     */
    public WebSocketUpgrade(Map<String, WebSocketProtocol> protocols) {
        this.protocols = Map.copyOf(protocols);
    }

    /**
     * What is wrong with a request for a WebSocket, as HTTP says it.
     *
     * @param headers that the answer needs
     */
    public record Refusal(int status, String detail, Map<String, String> headers) {}

    /** Whether a request is for a WebSocket, rightly or not. */
    public static boolean isAskedFor(HttpRequest request) {
        return request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    }

    /** @return empty if {@link #open} will be able to */
    public Optional<Refusal> check(HttpRequest request, String path) {
        HttpHeaders headers = request.headers();
        if (!request.method().equals(HttpMethod.GET)
                || !request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return refused(400, "a WebSocket is asked for with GET and HTTP/1.1 (RFC 6455, 4.1)");
        }
        if (!VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            return Optional.of(new Refusal(
                    426,
                    "a WebSocket needs Sec-WebSocket-Version: 13 (RFC 6455, 4.4)",
                    Map.of("sec-websocket-version", VERSION)));
        }
        if (!headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                || key(headers) == null) {
            return refused(
                    400,
                    "a WebSocket needs Connection: Upgrade and a Sec-WebSocket-Key of 16 bytes in Base64 (RFC 6455,"
                            + " 4.1)");
        }
        String wanted = protocolAt(path);
        if (wanted == null) {
            return refused(404, "there is no WebSocket at this path; they are at " + paths());
        }
        boolean named = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(line -> List.of(line.split(",", -1)).stream())
                .anyMatch(name -> name.strip().equals(wanted));
        return named
                ? Optional.empty()
                : refused(400, "the Sec-WebSocket-Protocol must name " + wanted + " for this path");
    }

    /** Asks the protocol's own gate, once the request is known to be right. @return empty if the channel is in */
    public Optional<Refusal> admit(Channel channel, String path) {
        WebSocketProtocol protocol = protocols.get(path.substring(1));
        if (protocol == null || !(channel.remoteAddress() instanceof InetSocketAddress remote)) {
            return refused(400, "the connection is gone");
        }
        ListenerCounter refusal = protocol.gate().admit(channel, remote.getAddress());
        return refusal == null
                ? Optional.empty()
                : refused(503, "connections of " + path.substring(1) + ": " + refusal.meaning());
    }

    private static Optional<Refusal> refused(int status, String detail) {
        return Optional.of(new Refusal(status, detail, Map.of()));
    }

    private @Nullable String protocolAt(String path) {
        return path.startsWith("/") && protocols.containsKey(path.substring(1)) ? path.substring(1) : null;
    }

    private String paths() {
        return String.join(
                ", ",
                protocols.keySet().stream().map(name -> "/" + name).sorted().toList());
    }

    /** Null unless it is there once, in the form that the standard wants. */
    private static @Nullable String key(HttpHeaders headers) {
        List<String> given = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        return given.size() == 1 && given.getFirst().matches("[A-Za-z0-9+/]{22}==") ? given.getFirst() : null;
    }

    /**
     * Answers the handshake and gives the channel to its protocol. On the channel's loop, with nothing being read from
     * it; the HTTP codec is taken out of the pipeline, and so are these handlers.
     *
     * @param others of HTTP's, that have no place behind it
     */
    public void open(Channel channel, HttpRequest request, String path, List<ChannelHandler> others) {
        String name = protocolAt(path);
        WebSocketProtocol protocol = name == null ? null : protocols.get(name);
        if (name == null || protocol == null) {
            throw new WebSocketServerHandshakeException("no WebSocket at " + path);
        }
        // Netty looks at the first line alone, and clients may name theirs on several (RFC 6455, 11.3.4).
        HttpHeaders headers = request.headers().copy().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, name);
        var head = new DefaultFullHttpRequest(
                request.protocolVersion(),
                request.method(),
                request.uri(),
                Unpooled.EMPTY_BUFFER,
                headers,
                EmptyHttpHeaders.INSTANCE);
        new Handshaker(name)
                .handshake(channel, head, null, channel.newPromise())
                .addListener(answered -> {
                    if (!answered.isSuccess()) {
                        channel.close();
                        return;
                    }
                    others.forEach(channel.pipeline()::remove);
                    if (!channel.isActive()) {
                        return; // one of those has closed it
                    }
                    channel.pipeline().addLast(Layers.WEBSOCKET, new WebSocketStream());
                    protocol.attach().accept(channel);
                    channel.config().setAutoRead(true);
                });
    }

    private static final class Handshaker extends WebSocketServerHandshaker13 {
        Handshaker(String protocol) {
            super(
                    "",
                    protocol,
                    WebSocketDecoderConfig.newBuilder().allowExtensions(false).build());
        }

        @Override
        protected WebSocketFrameDecoder newWebsocketDecoder() {
            return new FrameReader();
        }
    }
}
