package io.signalbox.bus.ledger;

import io.signalbox.bus.message.Reason;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What has become of the events of one type. */
public final class EventCounters {
    private static final Reason[] REASONS = Reason.values();

    private final String type;
    /** Those that went past the queues; the others are counted where they went in. */
    public final LongAdder accepted = new LongAdder();

    /** Of all that was let in or not, those that came from outside. */
    public final LongAdder arrived = new LongAdder();
    /** Left for the transport, whose matter they are; one that it refuses later is taken back and is dead. */
    public final LongAdder sent = new LongAdder();

    public final LongAdder handled = new LongAdder();
    public final LongAdder dead = new LongAdder();
    public final LongAdder unheard = new LongAdder();
    /** Deliveries that failed: an event with three handlers and two retries each can add nine. */
    public final LongAdder failedAttempts = new LongAdder();

    /** Given back to where they came from, without it being known here that they are away. */
    public final LongAdder unordered = new LongAdder();

    private final AtomicLongArray refused = new AtomicLongArray(REASONS.length);
    private final AtomicLongArray dropped = new AtomicLongArray(REASONS.length);
    /** One, unless there were several classes of this name. Guarded by this. */
    private final List<Counted> queues = new ArrayList<>(1);

    private record Counted(LongSupplier letInEver, WeakReference<@Nullable IntSupplier> size) {}

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

    /**
     * A queue of events of this type.
     *
     * @param letInEver counts what the queue has let in; kept as long as the queue lives
     * @param size held weakly: the queue hangs on its class
     */
    public synchronized void measures(LongSupplier letInEver, IntSupplier size) {
        for (Counted gone : List.copyOf(queues)) {
            if (gone.size.refersTo(null)) {
                accepted.add(gone.letInEver.getAsLong());
                queues.remove(gone);
            }
        }
        queues.add(new Counted(letInEver, new WeakReference<>(size)));
    }

    private synchronized int queued() {
        int queued = 0;
        for (Counted each : queues) {
            IntSupplier size = each.size.get();
            queued += size == null ? 0 : size.getAsInt();
        }
        return queued;
    }

    private synchronized long acceptedNow() {
        long sum = accepted.sum();
        for (Counted each : queues) {
            sum += each.letInEver.getAsLong();
        }
        return sum;
    }

    /** Taken but not yet settled, and in the queue. */
    public long pending() {
        long settled = handled.sum() + sent.sum() + dead.sum();
        for (int i = 0; i < REASONS.length; i++) {
            settled += dropped.get(i);
        }
        return acceptedNow() - settled;
    }

    EventLine line() {
        int queued = queued();
        var droppedNow = LedgerMaps.of(REASONS, dropped);
        long handledNow = handled.sum();
        long sentNow = sent.sum();
        long deadNow = dead.sum();
        return new EventLine(
                type,
                acceptedNow(),
                LedgerMaps.of(REASONS, refused),
                unheard.sum(),
                arrived.sum(),
                sentNow,
                handledNow,
                deadNow,
                droppedNow,
                queued,
                failedAttempts.sum(),
                unordered.sum());
    }
}
