package io.signalbox.transports.remote;

import io.signalbox.transports.remote.wire.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * One delivery, across connections: the server gives it the same packet identifier again, and a number is given to one
 * message alone.
 */
record Handed(int packetId, long sequence, boolean fromRetained) {
    /** Null where the server keeps no number: the identifier alone may be another's by now. */
    static @Nullable Handed of(Delivery delivery) {
        return delivery.packetId() == 0 || delivery.sequence() == 0
                ? null
                : new Handed(delivery.packetId(), delivery.sequence(), delivery.fromRetained());
    }
}
