package io.signalbox.client.connection;

import java.time.Instant;

/** Where the client stands with its server. */
public sealed interface ConnectionState {
    /** {@code connect()} was not called yet. */
    record Idle() implements ConnectionState {}

    /** @param sessionPresent the server had kept what came meanwhile */
    record Online(boolean sessionPresent, Instant since) implements ConnectionState {}

    /**
     * @param since when the last connection was lost, or the first try was made
     * @param failures tries since the last stable connection
     */
    record Offline(Instant since, String reason, int failures) implements ConnectionState {}

    record Closed() implements ConnectionState {}
}
