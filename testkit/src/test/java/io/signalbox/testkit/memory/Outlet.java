package io.signalbox.testkit.memory;

import io.signalbox.message.Guarantee;
import io.signalbox.time.TimeSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Queues and what leaves them. Guarded by the disk's lock. */
final class Outlet {
    private final MemoryDisk disk;
    private final TimeSource time;
    private final Quirks quirk;

    Outlet(MemoryDisk disk, TimeSource time, Quirks quirk) {
        this.disk = disk;
        this.time = time;
        this.quirk = quirk;
    }

    private boolean is(Quirks other) {
        return quirk == other;
    }

    void enqueue(Seat seat, Entry entry) {
        boolean once = entry.message.guarantee().atMost(entry.match.guarantee()) == Guarantee.AT_MOST_ONCE;
        if (once && seat.owner == null) {
            return;
        }
        if (seat.full(entry.message.payload().length)) {
            switch (seat.options.overflow()) {
                case DROP_OLDEST -> {
                    if (is(Quirks.DROPS_NEWEST)) {
                        return;
                    }
                    while (!seat.queue.isEmpty() && seat.full(entry.message.payload().length)) {
                        seat.queue.removeFirst();
                    }
                }
                case DEAD_LETTER -> {
                    disk.deadLetters.add(entry.message);
                    return;
                }
                case SPILL, REJECT_PUBLISH -> {}
            }
        }
        int end = seat.queue.size();
        seat.queue.add(is(Quirks.SWAPS_NEIGHBOURS) && end > 0 ? end - 1 : end, entry);
    }

    /** Hands over all that may be; called with the lock held. */
    void pump(Seat seat) {
        MemorySession owner = seat.owner;
        if (owner == null || (!owner.writable && !is(Quirks.IGNORES_WRITABLE))) {
            return;
        }
        boolean any = false;
        for (Entry entry = next(seat); entry != null; entry = next(seat)) {
            any = true;
            handOver(owner, entry);
        }
        if (any) {
            run(owner.lane, owner.subscriber::onTurnEnd);
        }
    }

    private @Nullable Entry next(Seat seat) {
        long now = time.millis();
        if (!is(Quirks.IGNORES_EXPIRY)) {
            seat.queue.removeIf(entry -> entry.id == 0 && entry.message.isExpired(now));
        }
        if (is(Quirks.IGNORES_PRIORITY) || is(Quirks.PARKS_NOTHING)) {
            Entry first = seat.queue.stream()
                    .filter(e -> e.notBefore <= now)
                    .findFirst()
                    .orElse(null);
            if (first != null && mayOffer(seat, first)) {
                seat.queue.remove(first);
                return first;
            }
            return null;
        }
        Entry next = seat.next(now);
        if (next != null && !mayOffer(seat, next)) {
            seat.queue.addFirst(next);
            // What needs no credit may go all the same.
            Optional<Entry> free = seat.queue.stream().filter(e -> !needsId(e)).findFirst();
            free.ifPresent(seat.queue::remove);
            return free.orElse(null);
        }
        return next;
    }

    private static boolean needsId(Entry entry) {
        return entry.message.guarantee().atMost(entry.match.guarantee()) != Guarantee.AT_MOST_ONCE;
    }

    private boolean mayOffer(Seat seat, Entry entry) {
        return !needsId(entry)
                || entry.id > 0
                || seat.unsettled.size() < seat.options.unsettledMax()
                || is(Quirks.IGNORES_CREDIT);
    }

    private void handOver(MemorySession owner, Entry entry) {
        Seat seat = owner.seat;
        if (needsId(entry)) {
            if (entry.id == 0 || is(Quirks.NEW_ID_AFTER_RECONNECT)) {
                seat.unsettled.remove(entry.id);
                entry.id = is(Quirks.NEW_ID_AFTER_RECONNECT)
                        ? seat.freeId() + 1_000 * (entry.offeredBefore ? 1 : 0)
                        : seat.freeId();
            }
            seat.unsettled.put(entry.id, entry);
            if (!seat.options.ackTimeout().isZero()) {
                entry.deadline = time.millis() + seat.options.ackTimeout().toMillis();
            }
        }
        int id = entry.id;
        int count = entry.deliveryCount;
        boolean again = entry.offeredBefore && !is(Quirks.NOT_CALLED_REDELIVERED);
        entry.offeredBefore = true;
        Executor where = is(Quirks.CALLS_OFF_LANE) ? Thread.ofVirtual()::start : owner.lane;
        run(where, () -> {
            if (ownedOr(owner, Quirks.IGNORES_TAKEOVER)) {
                owner.subscriber.onDelivery(id, entry.message, entry.match, count, again, entry.fromRetained);
            }
        });
    }

    private boolean ownedOr(MemorySession owner, Quirks excuse) {
        synchronized (disk) {
            return owner.attached() || is(excuse);
        }
    }

    static void run(Executor where, Runnable task) {
        try {
            where.execute(task);
        } catch (RejectedExecutionException gone) {
            // The connection is closed; its detach follows.
        }
    }
}
