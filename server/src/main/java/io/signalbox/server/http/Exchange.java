package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;

/**
 * A whole request and where its answer goes.
 *
 * @param begunNanos when it was complete
 * @param chunks the client knows chunked answers, which HTTP/1.0 does not
 */
record Exchange(
        HttpMethod method,
        String uri,
        HttpHeaders headers,
        byte[] body,
        String remoteAddress,
        boolean keepAlive,
        boolean chunks,
        long begunNanos,
        HttpHandler connection) {}
