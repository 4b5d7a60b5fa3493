package io.signalbox.server.config;

import io.signalbox.gateway.listener.TlsConfig;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * @param tls null: plain HTTP
 * @param connectionsMax open at once, WebSockets apart
 * @param connectionsPerAddressMax the same from one address, WebSockets among them
 * @param connectRatePerSecond new connections accepted each second
 * @param backlog connections that the kernel keeps waiting for accept
 * @param streamsPerConnectionMax requests that one HTTP/2 connection may have under way
 * @param webSocketsMax open at once
 * @param requestsMax worked on at once
 * @param streamsMax streamed answers under way at once, beside those
 * @param waitsMax subscriptions, polls and requests that wait at once, beside those
 * @param consumersMax durable sessions of polling clients attached at once
 * @param consumerIdleTimeout a consumer that nobody polls is detached after it, and keeps its queue
 * @param requestTimeout from the first byte of a request until it is complete
 * @param origins of other sites whose pages may call unsafe methods, and open WebSockets
 * @param hosts names by which a loopback listener may be called, beside localhost and addresses
 */
public record HttpConfig(
        String host,
        int port,
        @Nullable TlsConfig tls,
        int bodyBytesMax,
        int connectionsMax,
        int connectionsPerAddressMax,
        int connectRatePerSecond,
        int backlog,
        int streamsPerConnectionMax,
        int webSocketsMax,
        int requestsMax,
        int streamsMax,
        int waitsMax,
        int consumersMax,
        Duration consumerIdleTimeout,
        Duration requestTimeout,
        Duration idleTimeout,
        List<String> origins,
        List<String> hosts) {}
