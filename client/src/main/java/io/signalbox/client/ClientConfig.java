package io.signalbox.client;

import io.signalbox.client.connection.Backoff;
import io.signalbox.client.connection.Endpoint;
import io.signalbox.client.connection.Login;
import io.signalbox.client.connection.Tls;
import io.signalbox.client.connection.Will;
import io.signalbox.client.spool.SpoolConfig;
import io.signalbox.codec.Codecs;
import io.signalbox.time.TimeSource;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Everything about a client that an application may choose; docs/client.md has the table.
 *
 * @param server {@code mqtt://}, {@code mqtts://}, {@code ws://} or {@code wss://}
 * @param clientId under which the server keeps the session
 * @param transientSession the server forgets the session when the client closes
 * @param sessionExpiry how long the server keeps subscriptions and what comes meanwhile, when the connection is lost
 * @param credit messages that may be here unsettled, 1 to 65,535
 * @param requestsMax requests that may wait for an answer at once
 * @param closeTimeout how long {@code close()} waits for the server to answer for what is pending
 * @param api of the server's HTTP API; null: there is none known
 */
public record ClientConfig(
        URI server,
        String clientId,
        boolean transientSession,
        @Nullable Login login,
        Tls tls,
        Duration keepAlive,
        Duration sessionExpiry,
        int credit,
        Duration connectTimeout,
        Backoff backoff,
        SpoolConfig spool,
        Codecs codecs,
        int requestsMax,
        Duration closeTimeout,
        @Nullable URI api,
        @Nullable Will will,
        TimeSource time) {
    private static final Duration EXPIRY_MAX = Duration.ofSeconds(0xFFFF_FFFFL);

    public ClientConfig {
        if (credit < 1 || credit > 65_535 || requestsMax < 1) {
            throw new IllegalArgumentException(
                    "credit " + credit + " must be 1 to 65535, requestsMax " + requestsMax + " at least 1");
        }
        if (keepAlive.isNegative() || keepAlive.toSeconds() > 65_535) {
            throw new IllegalArgumentException("keepAlive " + keepAlive + " must be 0 to 65535 seconds");
        }
        if (sessionExpiry.isNegative() || sessionExpiry.compareTo(EXPIRY_MAX) > 0) {
            throw new IllegalArgumentException("sessionExpiry " + sessionExpiry + " must be 0 to 2^32-1 seconds");
        }
        if (connectTimeout.toMillis() < 1 || closeTimeout.isNegative()) {
            throw new IllegalArgumentException("connectTimeout " + connectTimeout + " must be above zero, closeTimeout "
                    + closeTimeout + " not below");
        }
        if (clientId.isEmpty() || clientId.indexOf(0) >= 0) {
            throw new IllegalArgumentException(
                    "clientId is empty or has U+0000 (MQTT 5, 1.5.4); leave it out for a random one");
        }
    }

    /** @param server such as {@code mqtt://localhost:1883} */
    public static Builder to(String server) {
        return new Builder(URI.create(server));
    }

    /** Collects options; what is not said has the default of docs/client.md. */
    public static final class Builder {
        private final URI server;
        private final Endpoint endpoint;
        private @Nullable String clientId;
        private @Nullable Boolean transientSession;
        private @Nullable Login login;
        private Tls tls = Tls.DEFAULT;
        private Duration keepAlive = Duration.ofSeconds(20);
        private Duration sessionExpiry = Duration.ofHours(1);
        private int credit = 256;
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Backoff backoff = Backoff.DEFAULT;
        private SpoolConfig spool = SpoolConfig.inMemory();
        private @Nullable Codecs codecs;
        private int requestsMax = 1_000;
        private Duration closeTimeout = Duration.ofSeconds(10);
        private @Nullable URI api;
        private @Nullable Will will;
        private TimeSource time = TimeSource.monotonic();

        private Builder(URI server) {
            this.server = server;
            endpoint = Endpoint.of(server);
        }

        /** A client that has a name of its own keeps its session when it closes. */
        public Builder clientId(String value) {
            clientId = value;
            return this;
        }

        public Builder transientSession(boolean value) {
            transientSession = value;
            return this;
        }

        public Builder login(String user, String password) {
            login = Login.of(user, password);
            return this;
        }

        public Builder login(Login value) {
            login = value;
            return this;
        }

        public Builder tls(Tls value) {
            tls = value;
            return this;
        }

        public Builder keepAlive(Duration value) {
            keepAlive = value;
            return this;
        }

        public Builder sessionExpiry(Duration value) {
            sessionExpiry = value;
            return this;
        }

        public Builder credit(int value) {
            credit = value;
            return this;
        }

        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        public Builder backoff(Backoff value) {
            backoff = value;
            return this;
        }

        public Builder spool(SpoolConfig value) {
            spool = value;
            return this;
        }

        public Builder codecs(Codecs value) {
            codecs = value;
            return this;
        }

        public Builder requestsMax(int value) {
            requestsMax = value;
            return this;
        }

        public Builder closeTimeout(Duration value) {
            closeTimeout = value;
            return this;
        }

        /** Without it, that of a WebSocket is at the same host and port. */
        public Builder api(URI value) {
            api = value;
            return this;
        }

        public Builder will(@Nullable Will value) {
            will = value;
            return this;
        }

        public Builder time(TimeSource value) {
            time = value;
            return this;
        }

        /** @throws IllegalArgumentException naming the option, its value and the limit */
        public ClientConfig build() {
            String id = clientId == null ? "sb-" + UUID.randomUUID() : clientId;
            return new ClientConfig(
                    server,
                    id,
                    transientSession == null ? clientId == null : transientSession,
                    login,
                    tls,
                    keepAlive,
                    sessionExpiry,
                    credit,
                    connectTimeout,
                    backoff,
                    spool,
                    codecs == null ? Codecs.load() : codecs,
                    requestsMax,
                    closeTimeout,
                    api == null ? endpoint.api() : api,
                    will,
                    time);
        }
    }
}
