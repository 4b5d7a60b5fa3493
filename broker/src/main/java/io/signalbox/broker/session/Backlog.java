package io.signalbox.broker.session;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * At most once deliveries that wait because the connection takes no more for the moment. Bounded by bytes, for
 * this session and for all of them together.
 */
final class Backlog {
    private static final int ENTRY_BYTES = 64;

    private final SessionHost host;
    private Queue<Offer> offers = NothingQueued.shared();
    private long bytes;

    Backlog(SessionHost host) {
        this.host = host;
    }

    boolean isEmpty() {
        return offers.isEmpty();
    }

    int size() {
        return offers.size();
    }

    /** @return false if there is no room */
    boolean add(Offer offer) {
        long cost = cost(offer);
        if (bytes + cost > host.config().transientQueueBytesMax()) {
            return false;
        }
        if (!host.buffered(cost)) {
            host.buffered(-cost);
            return false;
        }
        offers = NothingQueued.own(offers, ArrayDeque::new);
        offers.add(offer);
        bytes += cost;
        return true;
    }

    @Nullable
    Offer poll() {
        Offer offer = offers.poll();
        if (offer != null) {
            bytes -= cost(offer);
            host.buffered(-cost(offer));
        }
        return offer;
    }

    private static long cost(Offer offer) {
        return ENTRY_BYTES + offer.message().sizeBytes();
    }

    void forEach(Consumer<Offer> action) {
        offers.forEach(action);
    }
}
