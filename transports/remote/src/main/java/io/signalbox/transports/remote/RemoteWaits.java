package io.signalbox.transports.remote;

import java.time.Duration;

/**
 * How long is waited for another server.
 *
 * @param keepAlive silence for so long is a lost connection; whole seconds
 * @param connect for TCP, and again for the server's answer
 * @param open how long an operation on a session waits for a lost connection to be back
 * @param hold how long a publish waits for a server that is away
 */
public record RemoteWaits(Duration keepAlive, Duration connect, Duration open, Duration hold) {
    private static final int SECONDS_MAX = 65_535;

    public static final RemoteWaits DEFAULT = new RemoteWaits(
            Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30));

    /** @throws IllegalArgumentException naming the value and its limit */
    public RemoteWaits {
        if (keepAlive.toSeconds() < 1 || keepAlive.toSeconds() > SECONDS_MAX) {
            throw new IllegalArgumentException(
                    "keep alive " + keepAlive + " must be from 1 s to " + SECONDS_MAX + " s");
        }
        if (!connect.isPositive() || !open.isPositive() || !hold.isPositive()) {
            throw new IllegalArgumentException("waits of " + connect + " to connect, " + open + " to open and " + hold
                    + " to publish must be" + " positive");
        }
    }
}
