package io.signalbox.transports.remote;

import io.signalbox.client.connection.Endpoint;
import io.signalbox.client.connection.LinkOptions;
import io.signalbox.client.connection.Login;
import io.signalbox.client.connection.Tls;
import io.signalbox.transport.Durability;
import io.signalbox.transport.provider.WhenAbsent;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the other server is, and how it is used.
 *
 * @param clientId of the connection that publishes, one for each process; sessions have their own names for one
 * @param login null: as anybody
 * @param api where its HTTP API is, for the past; null: there is no past
 * @param durability what its topics' policies give to what is published at least once, as its operator knows
 * @param payloadBytesMax not above the server's mqtt.packet-bytes-max less what stands around a payload
 * @param attemptsMax failures at which a message goes to the dead letters
 */
public record RemoteConfig(
        Endpoint endpoint,
        String clientId,
        @Nullable Login login,
        Tls tls,
        @Nullable URI api,
        Durability durability,
        int payloadBytesMax,
        RemoteWaits waits,
        int attemptsMax,
        WhenAbsent absent) {
    private static final int PAYLOAD_BYTES_MAX_DEFAULT = 768 << 10;
    private static final int ATTEMPTS_MAX_DEFAULT = 4;

    /** @throws IllegalArgumentException naming the value and its limit */
    public RemoteConfig {
        if (clientId.isBlank() || payloadBytesMax < 1 || attemptsMax < 1) {
            throw new IllegalArgumentException("the client id '" + clientId + "' must not be empty, payloads of "
                    + payloadBytesMax + " bytes and " + attemptsMax + " attempts must be positive");
        }
    }

    /** @throws IllegalArgumentException if the URL is none of mqtt, mqtts, ws and wss */
    public static RemoteConfig of(URI url, String clientId) {
        Endpoint to = Endpoint.of(url);
        return new RemoteConfig(
                to,
                clientId,
                null,
                Tls.DEFAULT,
                to.api(),
                Durability.SYNCED,
                PAYLOAD_BYTES_MAX_DEFAULT,
                RemoteWaits.DEFAULT,
                ATTEMPTS_MAX_DEFAULT,
                WhenAbsent.WAIT);
    }

    /** What a CONNECT says. */
    LinkOptions options(String name, Duration sessionExpiry, int credit) {
        return new LinkOptions(
                endpoint, name, login, tls, waits.keepAlive(), sessionExpiry, credit, waits.connect(), null);
    }

    /** For texts. */
    String place() {
        return endpoint.host() + ":" + endpoint.port();
    }

    public RemoteConfig withLogin(@Nullable Login who, Tls how) {
        return new RemoteConfig(
                endpoint, clientId, who, how, api, durability, payloadBytesMax, waits, attemptsMax, absent);
    }

    public RemoteConfig withApi(@Nullable URI place) {
        return new RemoteConfig(
                endpoint, clientId, login, tls, place, durability, payloadBytesMax, waits, attemptsMax, absent);
    }

    public RemoteConfig withDurability(Durability level) {
        return new RemoteConfig(
                endpoint, clientId, login, tls, api, level, payloadBytesMax, waits, attemptsMax, absent);
    }

    public RemoteConfig withPayloadBytesMax(int bytes) {
        return new RemoteConfig(endpoint, clientId, login, tls, api, durability, bytes, waits, attemptsMax, absent);
    }

    public RemoteConfig withWaits(RemoteWaits all) {
        return new RemoteConfig(
                endpoint, clientId, login, tls, api, durability, payloadBytesMax, all, attemptsMax, absent);
    }

    public RemoteConfig withAttemptsMax(int attempts) {
        return new RemoteConfig(
                endpoint, clientId, login, tls, api, durability, payloadBytesMax, waits, attempts, absent);
    }

    public RemoteConfig withWhenAbsent(WhenAbsent what) {
        return new RemoteConfig(
                endpoint, clientId, login, tls, api, durability, payloadBytesMax, waits, attemptsMax, what);
    }
}
