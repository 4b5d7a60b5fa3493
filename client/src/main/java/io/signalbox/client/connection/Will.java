package io.signalbox.client.connection;

import io.signalbox.message.Message;
import java.time.Duration;

/**
 * What the server publishes when this client is gone without a goodbye.
 *
 * @param delay how long it may be away before, in whole seconds; the end of the session ends that too
 */
public record Will(Message message, Duration delay) {
    public Will {
        if (delay.isNegative() || delay.toSeconds() > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("a will's delay of " + delay + "; it must be 0 to 2^32-1 seconds");
        }
    }
}
