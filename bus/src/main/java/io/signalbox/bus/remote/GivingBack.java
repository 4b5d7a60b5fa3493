package io.signalbox.bus.remote;

import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/**
 * Gives deliveries back to the transport, without blame, to be offered again later. In which order they come again is
 * the transport's matter, which knows the ordering keys that travel and no others; who cares remembers what is away.
 * Thread safe.
 */
final class GivingBack {
    private final Connection connection;
    private final Scheduler scheduler;
    /** The transport can wait; otherwise it is done here, and takes of the credit. */
    private final boolean transportDelays;

    GivingBack(Connection connection, Scheduler scheduler, boolean transportDelays) {
        this.connection = connection;
        this.scheduler = scheduler;
        this.transportDelays = transportDelays;
    }

    /** Nothing, if it is settled: nobody would take it. */
    void giveBack(Arrival arrival, Duration delay) {
        if (arrival.isSettled()) {
            return;
        }
        if (transportDelays) {
            settle(arrival, new Settlement.Released(delay));
            return;
        }
        try {
            scheduler.schedule(() -> settle(arrival, Settlement.RELEASED), delay.toNanos());
        } catch (RejectedExecutionException closing) {
            // Unsettled, it is the transport's to offer again.
        }
    }

    private void settle(Arrival arrival, Settlement released) {
        connection.withSession(session -> session.settle(arrival.deliveryId(), released));
    }
}
