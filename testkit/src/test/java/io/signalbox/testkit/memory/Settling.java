package io.signalbox.testkit.memory;

import io.signalbox.time.TimeSource;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Settlement;
import java.time.Duration;

/** How deliveries end. */
final class Settling {
    private static final int ATTEMPTS_MAX = 4;

    private final MemoryDisk disk;
    private final TimeSource time;
    private final Quirks quirk;
    private final Doorkeeper doorkeeper;
    private final Outlet outlet;

    Settling(MemoryDisk disk, TimeSource time, Quirks quirk, Doorkeeper doorkeeper, Outlet outlet) {
        this.disk = disk;
        this.time = time;
        this.quirk = quirk;
        this.doorkeeper = doorkeeper;
        this.outlet = outlet;
    }

    private boolean is(Quirks other) {
        return quirk == other;
    }

    void settle(MemorySession session, int id, Settlement settlement) {
        synchronized (disk) {
            boolean delays = settlement instanceof Settlement.Modified
                    || settlement instanceof Settlement.Released(Duration delay) && !delay.isZero();
            if (delays) {
                Refusal refusal = doorkeeper.missing(Feature.DELAYED_REDELIVERY);
                if (refusal != null) {
                    throw refusal.toException();
                }
            }
            Entry entry = session.attached() ? session.seat.unsettled.remove(id) : null;
            if (entry == null) {
                return;
            }
            settle(session.seat, entry, settlement);
            outlet.pump(session.seat);
        }
    }

    void settle(Seat seat, Entry entry, Settlement settlement) {
        entry.id = 0;
        entry.deadline = Long.MAX_VALUE;
        switch (settlement) {
            case Settlement.Accepted accepted -> {}
            case Settlement.Released released -> {
                entry.deliveryCount += is(Quirks.RELEASES_WITH_BLAME) ? 1 : 0;
                entry.notBefore = notBefore(released.delay());
                seat.queue.addFirst(entry);
            }
            case Settlement.Modified modified -> {
                entry.deliveryCount++;
                if (entry.deliveryCount >= ATTEMPTS_MAX && !is(Quirks.NEVER_GIVES_UP)) {
                    disk.deadLetters.add(entry.message);
                } else {
                    entry.notBefore = notBefore(modified.delay());
                    seat.queue.addFirst(entry);
                }
            }
            case Settlement.Rejected rejected -> {
                if (!is(Quirks.LOSES_REJECTED)) {
                    disk.deadLetters.add(entry.message);
                }
            }
        }
    }

    private long notBefore(Duration delay) {
        return is(Quirks.IGNORES_DELAY) ? 0 : time.millis() + delay.toMillis();
    }

    void received(MemorySession session, int id) {
        synchronized (disk) {
            Entry entry = session.attached() ? session.seat.unsettled.get(id) : null;
            if (entry != null) {
                entry.received = !is(Quirks.DELIVERS_RECEIVED_AGAIN);
                Outlet.run(session.lane, () -> session.subscriber.onReleased(id));
            }
        }
    }

    void extend(MemorySession session, int id) {
        synchronized (disk) {
            Entry entry = session.attached() ? session.seat.unsettled.get(id) : null;
            if (entry != null && entry.deadline != Long.MAX_VALUE) {
                entry.deadline =
                        time.millis() + session.seat.options.ackTimeout().toMillis();
            }
        }
    }
}
