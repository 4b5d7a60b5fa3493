package io.signalbox.cli.link;

import org.jspecify.annotations.Nullable;

/**
 * Where a server is, and as whom to come.
 *
 * @param tls null: plain TCP
 * @param reconnect come back by itself after a connection was lost; the first one is tried once
 */
public record Endpoint(
        String host,
        int port,
        @Nullable Tls tls,
        @Nullable String user,
        byte @Nullable [] password,
        boolean reconnect) {

    public String address() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
