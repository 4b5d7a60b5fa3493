package io.signalbox.bus.remote;

import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Gives deliveries back to the transport, without blame, to be offered again later. Once it has heard, the transport
 * holds up what came after them with their ordering key; until then this does, so nothing overtakes. Thread safe.
 */
final class GivingBack {
    private final Connection connection;
    private final Scheduler scheduler;
    /** The transport can wait; otherwise it is done here, and takes of the credit. */
    private final boolean transportDelays;
    /** Of each key, how many the transport has not heard of yet. */
    private final ConcurrentHashMap<Key, Integer> untold = new ConcurrentHashMap<>();

    private record Key(Topic topic, String orderingKey) {
        static @Nullable Key of(Message message) {
            String key = message.properties().orderingKey();
            return key == null ? null : new Key(message.topic(), key);
        }
    }

    GivingBack(Connection connection, Scheduler scheduler, boolean transportDelays) {
        this.connection = connection;
        this.scheduler = scheduler;
        this.transportDelays = transportDelays;
    }

    /** Is it one that must not be handled before one that was given back? */
    boolean holdsUp(Message message) {
        Key key = untold.isEmpty() ? null : Key.of(message);
        return key != null && untold.containsKey(key);
    }

    void giveBack(Arrival arrival, Duration delay) {
        Key key = Key.of(arrival.message());
        if (key != null) {
            untold.merge(key, 1, Integer::sum);
        }
        if (transportDelays) {
            tell(arrival, key, new Settlement.Released(delay));
            return;
        }
        try {
            scheduler.schedule(() -> tell(arrival, key, Settlement.RELEASED), delay.toNanos());
        } catch (RejectedExecutionException closing) {
            // Unsettled, it is the transport's to offer again.
        }
    }

    private void tell(Arrival arrival, @Nullable Key key, Settlement released) {
        connection.withSession(session -> {
            session.settle(arrival.deliveryId(), released);
            if (key != null) {
                untold.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
            }
        });
    }
}
