package io.signalbox.gateway.listener;

/**
 * Bounds against strangers, per listener.
 *
 * @param connectionsMax open at once
 * @param connectionsPerAddressMax open at once from one address
 * @param connectRatePerSecond new connections each second over all addresses; a burst of one second's worth is let in
 * @param connectTimeoutMillis from accept until the protocol's own greeting (TLS included) is complete
 * @param backlog connections that the kernel keeps waiting for accept
 */
public record ListenerLimits(
        int connectionsMax,
        int connectionsPerAddressMax,
        int connectRatePerSecond,
        int connectTimeoutMillis,
        int backlog) {

    public static final ListenerLimits DEFAULT = new ListenerLimits(100_000, 100_000, 10_000, 10_000, 4_096);

    public ListenerLimits {
        positive("connections-max", connectionsMax);
        positive("connections-per-address-max", connectionsPerAddressMax);
        positive("connect-rate-per-second", connectRatePerSecond);
        positive("connect-timeout", connectTimeoutMillis);
        positive("backlog", backlog);
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be at least 1");
        }
    }

    public ListenerLimits withConnectionsMax(int total, int perAddress) {
        return new ListenerLimits(total, perAddress, connectRatePerSecond, connectTimeoutMillis, backlog);
    }

    public ListenerLimits withConnectRatePerSecond(int rate) {
        return new ListenerLimits(connectionsMax, connectionsPerAddressMax, rate, connectTimeoutMillis, backlog);
    }

    public ListenerLimits withConnectTimeoutMillis(int millis) {
        return new ListenerLimits(connectionsMax, connectionsPerAddressMax, connectRatePerSecond, millis, backlog);
    }
}
