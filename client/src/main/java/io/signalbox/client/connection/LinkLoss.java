package io.signalbox.client.connection;

import org.jspecify.annotations.Nullable;

/**
 * Why there is no connection.
 *
 * @param suggestedDelayMillis what the server asked for before the next try, bounded; null: it did not say
 * @param takenOver another connection has the same client id
 */
public record LinkLoss(String reason, @Nullable Long suggestedDelayMillis, boolean takenOver) {
    public static LinkLoss of(String reason) {
        return new LinkLoss(reason, null, false);
    }
}
