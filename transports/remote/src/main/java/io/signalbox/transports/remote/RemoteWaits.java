package io.signalbox.transports.remote;

import java.time.Duration;

/**
 * How long is waited for another server.
 *
 * @param keepAlive silence for so long is a lost connection; whole seconds
 * @param connect for TCP, and again for the server's answer
 * @param open how long an operation on a session waits for a lost connection to be back
 * @param hold how long a publish waits for a server that is away
 * @param confirmWait a publish without an answer for so long is sent again on a new connection, unless it is older than
 *     {@code hold}; so there is an answer within both together
 */
public record RemoteWaits(Duration keepAlive, Duration connect, Duration open, Duration hold, Duration confirmWait) {
    private static final int SECONDS_MAX = 65_535;
    private static final Duration CONFIRM_WAIT_DEFAULT = Duration.ofSeconds(20);

    public static final RemoteWaits DEFAULT = new RemoteWaits(
            Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30));

    /** With the default wait for answers. */
    public RemoteWaits(Duration keepAlive, Duration connect, Duration open, Duration hold) {
        this(keepAlive, connect, open, hold, CONFIRM_WAIT_DEFAULT);
    }

    /** @throws IllegalArgumentException naming the value and its limit */
    public RemoteWaits {
        if (keepAlive.toSeconds() < 1 || keepAlive.toSeconds() > SECONDS_MAX) {
            throw new IllegalArgumentException(
                    "keep alive " + keepAlive + " must be from 1 s to " + SECONDS_MAX + " s");
        }
        if (!connect.isPositive() || !open.isPositive() || !hold.isPositive() || !confirmWait.isPositive()) {
            throw new IllegalArgumentException("waits of " + connect + " to connect, " + open + " to open, " + hold
                    + " to publish and " + confirmWait + " for an answer must be positive");
        }
    }
}
