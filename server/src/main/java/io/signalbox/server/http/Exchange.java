package io.signalbox.server.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.net.InetSocketAddress;

/**
 * A request, as far as its head says, and where its answer goes.
 *
 * @param begunNanos when it was complete, or its head was
 * @param chunks the client knows chunked answers, which HTTP/1.0 does not
 */
record Exchange(
        HttpMethod method,
        String uri,
        HttpHeaders headers,
        String remoteAddress,
        boolean keepAlive,
        boolean chunks,
        long begunNanos,
        HttpHandler connection) {

    static Exchange of(HttpRequest head, String uri, Channel channel, HttpHandler connection) {
        String address = channel.remoteAddress() instanceof InetSocketAddress remote
                ? remote.getAddress().getHostAddress()
                : "unknown";
        return new Exchange(
                head.method(),
                uri,
                head.headers(),
                address,
                HttpUtil.isKeepAlive(head),
                head.protocolVersion().isKeepAliveDefault(),
                System.nanoTime(),
                connection);
    }

    /** Its body has come. */
    Exchange complete() {
        return new Exchange(method, uri, headers, remoteAddress, keepAlive, chunks, System.nanoTime(), connection);
    }
}
