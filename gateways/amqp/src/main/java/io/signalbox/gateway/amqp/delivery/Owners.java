package io.signalbox.gateway.amqp.delivery;

import io.signalbox.transport.SessionOptions;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which member has which delivery, and in which order they were handed out. Ids are small numbers that come again, so that
 * arrays do. Owned by the session's lane. Hot path.
 */
final class Owners {
    private static final int CAPACITY_MIN = 64;

    private @Nullable SharedMember[] owners = new SharedMember[CAPACITY_MIN];
    private long[] orders = new long[CAPACITY_MIN];
    private long handed;

    void put(int deliveryId, SharedMember member) {
        if (deliveryId >= owners.length) {
            int capacity = Math.min(SessionOptions.UNSETTLED_MAX + 1, Math.max(deliveryId + 1, 2 * owners.length));
            owners = Arrays.copyOf(owners, capacity);
            orders = Arrays.copyOf(orders, capacity);
        }
        owners[deliveryId] = member;
        orders[deliveryId] = handed++;
    }

    /** @return false if it is not the member's */
    boolean remove(int deliveryId, SharedMember member) {
        if (deliveryId <= 0 || deliveryId >= owners.length || owners[deliveryId] != member) {
            return false;
        }
        owners[deliveryId] = null;
        return true;
    }

    /** Ids of all that it has. */
    int[] latestFirst(SharedMember member) {
        return IntStream.range(0, owners.length)
                .filter(id -> owners[id] == member)
                .boxed()
                .sorted((a, b) -> Long.compare(orders[b], orders[a]))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
