package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;

/** A whole request and where its answer goes. */
record Exchange(
        HttpMethod method,
        String uri,
        HttpHeaders headers,
        byte[] body,
        String remoteAddress,
        boolean keepAlive,
        HttpHandler connection) {}
