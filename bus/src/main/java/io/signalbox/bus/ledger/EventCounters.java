package io.signalbox.bus.ledger;

import io.signalbox.bus.message.Reason;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** What has become of the events of one type. */
public final class EventCounters {
    private static final Reason[] REASONS = Reason.values();

    private final String type;
    public final LongAdder accepted = new LongAdder();
    public final LongAdder handled = new LongAdder();
    public final LongAdder dead = new LongAdder();
    public final LongAdder unheard = new LongAdder();
    /** Deliveries that failed: an event with three handlers and two retries each can add nine. */
    public final LongAdder failedAttempts = new LongAdder();

    private final AtomicLongArray refused = new AtomicLongArray(REASONS.length);
    private final AtomicLongArray dropped = new AtomicLongArray(REASONS.length);
    private volatile WeakReference<@Nullable IntSupplier> queue = new WeakReference<>(null);

    EventCounters(String type) {
        this.type = type;
    }

    public String type() {
        return type;
    }

    public void refused(Reason reason) {
        refused.incrementAndGet(reason.ordinal());
    }

    public void dropped(Reason reason) {
        dropped.incrementAndGet(reason.ordinal());
    }

    /** @param size held weakly: the queue hangs on its class */
    public void measures(IntSupplier size) {
        queue = new WeakReference<>(size);
    }

    private int queued() {
        IntSupplier size = queue.get();
        return size == null ? 0 : size.getAsInt();
    }

    /** Taken but not yet settled, and in the queue. */
    public long pending() {
        long settled = handled.sum() + dead.sum();
        for (int i = 0; i < REASONS.length; i++) {
            settled += dropped.get(i);
        }
        return accepted.sum() - settled;
    }

    EventLine line() {
        int queued = queued();
        var droppedNow = LedgerMaps.of(REASONS, dropped);
        long handledNow = handled.sum();
        long deadNow = dead.sum();
        return new EventLine(
                type,
                accepted.sum(),
                LedgerMaps.of(REASONS, refused),
                unheard.sum(),
                handledNow,
                deadNow,
                droppedNow,
                queued,
                failedAttempts.sum());
    }
}
