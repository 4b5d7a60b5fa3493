package io.signalbox.client.connection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What each CONNECT says.
 *
 * @param sessionExpiry how long the server keeps subscriptions and what comes while this client is away
 * @param credit messages that may be here unsettled at once; the server holds back the rest
 * @param connectTimeout from the first packet to the server's answer
 */
public record LinkOptions(
        Endpoint endpoint,
        String clientId,
        @Nullable Login login,
        Tls tls,
        Duration keepAlive,
        Duration sessionExpiry,
        int credit,
        Duration connectTimeout,
        @Nullable Will will) {}
