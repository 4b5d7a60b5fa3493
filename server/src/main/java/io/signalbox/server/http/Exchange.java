package io.signalbox.server.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.signalbox.gateway.listener.RemoteAddress;

/**
 * A request, as far as its head says, and where its answer goes.
 *
 * @param begunNanos when it was complete, or its head was
 * @param remoteNetwork what limits by address go by
 * @param chunks the client knows chunked answers, which HTTP/1.0 does not
 */
record Exchange(
        HttpMethod method,
        String uri,
        HttpHeaders headers,
        String remoteNetwork,
        boolean keepAlive,
        boolean chunks,
        long begunNanos,
        HttpHandler connection) {

    static Exchange of(HttpRequest head, String uri, Channel channel, HttpHandler connection) {
        return new Exchange(
                head.method(),
                uri,
                head.headers(),
                RemoteAddress.network(channel.remoteAddress()),
                HttpUtil.isKeepAlive(head),
                head.protocolVersion().isKeepAliveDefault(),
                System.nanoTime(),
                connection);
    }

    /** Its body has come. */
    Exchange complete() {
        return new Exchange(method, uri, headers, remoteNetwork, keepAlive, chunks, System.nanoTime(), connection);
    }
}
