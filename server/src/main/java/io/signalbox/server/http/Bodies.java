package io.signalbox.server.http;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Memory for the bodies of all requests, from their first byte until their work is done. One connection may have an
 * eighth of it, with all its streams, and so may one sender, with all his connections; or one body, if that is more.
 * Thread safe.
 */
final class Bodies {
    private static final int PARTS = 8;

    private final ByteBudget all;
    private final long partBytesMax;

    /** By connection and by sender, of those who have any. */
    private final ConcurrentHashMap<Object, Long> parts = new ConcurrentHashMap<>();

    /**
     * Whose body it is.
     *
     * @param connection compared by identity
     * @param sender user, or address of who has no name
     */
    record Owner(Object connection, String sender) {}

    Bodies(ByteBudget all, int bodyBytesMax) {
        this.all = all;
        partBytesMax = Math.max(bodyBytesMax, all.bytesMax() / PARTS);
    }

    /** @throws SignalboxException BUSY, and nothing was taken */
    void take(Owner owner, long bytes) {
        if (!takePart(owner.connection(), bytes)) {
            throw busy("the bodies of this connection's requests together are as large as the " + partBytesMax
                    + " bytes that one may have");
        }
        if (!takePart(owner.sender(), bytes)) {
            giveBackPart(owner.connection(), bytes);
            throw busy("the bodies of your requests together are as large as the " + partBytesMax
                    + " bytes that one user may have");
        }
        if (!all.take(bytes)) {
            giveBackPart(owner.connection(), bytes);
            giveBackPart(owner.sender(), bytes);
            throw busy("the bodies of all requests together are as large as an eighth of the heap");
        }
    }

    void giveBack(Owner owner, long bytes) {
        if (bytes > 0) {
            giveBackPart(owner.connection(), bytes);
            giveBackPart(owner.sender(), bytes);
            all.giveBack(bytes);
        }
    }

    private boolean takePart(Object key, long bytes) {
        boolean[] taken = {false};
        parts.compute(key, (k, held) -> {
            long more = (held == null ? 0 : held) + bytes;
            taken[0] = more <= partBytesMax;
            return taken[0] ? Long.valueOf(more) : held;
        });
        return taken[0];
    }

    private void giveBackPart(Object key, long bytes) {
        parts.computeIfPresent(key, (k, held) -> held <= bytes ? null : held - bytes);
    }

    int owners() {
        return parts.size();
    }

    private static SignalboxException busy(String detail) {
        return new SignalboxException(ReasonCode.BUSY, detail + "; try again");
    }
}
