package io.signalbox.broker.session;

import io.signalbox.message.Message;
import io.signalbox.transport.StoredMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * While a session receives its past, the live stream waits here. The log's past ends where the live stream begins; what
 * memory alone has may come both ways, and is known by its message being the very same object. Owned by the session's
 * turn.
 */
final class CatchingUp {
    private final ArrayDeque<Offer> live = new ArrayDeque<>(0);
    private final List<CatchUp> waitingPieces = new ArrayList<>(0);
    private @Nullable Set<Message> seen;
    private int running;
    private long liveBytes;

    void begin() {
        running++;
    }

    boolean active() {
        return running > 0;
    }

    void hold(Offer offer) {
        live.addLast(offer);
        liveBytes += offer.message().sizeBytes();
    }

    /** @return the oldest, which has to go since too much waits; null: there is room */
    @Nullable
    Offer overflow(int messagesMax, long bytesMax) {
        return live.size() > messagesMax || liveBytes > bytesMax ? poll() : null;
    }

    private @Nullable Offer poll() {
        Offer oldest = live.pollFirst();
        if (oldest != null) {
            liveBytes -= oldest.message().sizeBytes();
        }
        return oldest;
    }

    void saw(StoredMessage stored) {
        if (stored.sequence() == 0) {
            if (seen == null) {
                seen = Collections.newSetFromMap(new IdentityHashMap<>());
            }
            seen.add(stored.message());
        }
    }

    /** Its reader sends the next piece when there is room for it. */
    void waitForRoom(CatchUp piece) {
        waitingPieces.add(piece);
    }

    void room() {
        if (!waitingPieces.isEmpty()) {
            waitingPieces.forEach(piece -> piece.permits().release());
            waitingPieces.clear();
        }
    }

    /** One past is complete; when it was the last, the live stream goes on. */
    void end(Consumer<Offer> alreadySeen, Consumer<Offer> accept) {
        if (--running > 0) {
            return;
        }
        Offer offer;
        while ((offer = poll()) != null) {
            if (seen != null && seen.contains(offer.message())) {
                alreadySeen.accept(offer);
            } else {
                accept.accept(offer);
            }
        }
        seen = null;
    }

    /** The session ends: nobody waits any more. */
    void abandon(Consumer<Offer> held) {
        live.forEach(held);
        live.clear();
        liveBytes = 0;
        waitingPieces.forEach(piece -> piece.permits().release(Short.MAX_VALUE));
        waitingPieces.clear();
        running = 0;
    }

    int held() {
        return live.size();
    }

    void forEachHeld(Consumer<Offer> action) {
        live.forEach(action);
    }
}
