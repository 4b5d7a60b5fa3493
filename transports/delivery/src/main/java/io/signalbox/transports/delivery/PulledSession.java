package io.signalbox.transports.delivery;

import io.signalbox.time.TimeSource;
import io.signalbox.transport.Lane;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;

/**
 * A session whose queue stays in the engine: a pump takes from it what the {@link Credit} allows, and writes what is
 * settled.
 *
 * @param <H> how the engine knows a hand-over
 */
public abstract class PulledSession<H> extends MailboxSession<H> {
    private final Credit<H> credit;
    private volatile boolean writable = true;
    private volatile boolean moreWaits;

    /** @param attemptsMax failures at which a message goes to the dead letters */
    protected PulledSession(
            SessionOptions options,
            Lane lane,
            Subscriber subscriber,
            TimeSource time,
            int attemptsMax,
            DeliveryCounters counters) {
        this(options, lane, new Credit<>(subscriber, options.unsettledMax()), time, attemptsMax, counters);
    }

    private PulledSession(
            SessionOptions options,
            Lane lane,
            Credit<H> credit,
            TimeSource time,
            int attemptsMax,
            DeliveryCounters counters) {
        super(options, lane, credit, time, attemptsMax, counters);
        this.credit = credit;
    }

    /** Something may be there, or something is settled: the pump looks once more, however often it is asked. */
    public abstract void askPump();

    /**
     * The engine has more than it gave. With little room for it, which a subscriber that settles is just making, the pump
     * looks when most is free, or at the next poll; not for a few at a time.
     */
    public final void moreIsThere() {
        if (credit.mostlyFree()) {
            askPump();
        } else {
            moreWaits = true;
        }
    }

    /** Was {@link #moreIsThere} put off? The poll asks, once. */
    public final boolean takeMoreWaits() {
        boolean waits = moreWaits;
        moreWaits = false;
        return waits;
    }

    /** Is anything settled that is not written yet? */
    protected abstract boolean hasSettled();

    public final Credit<H> credit() {
        return credit;
    }

    /** While the connection takes nothing, the queue stays in the engine, within its bounds. */
    public final boolean takesMore() {
        return writable;
    }

    @Override
    public final void settling(int deliveryId, Settlement settlement) {
        credit.settled(deliveryId, settlement);
    }

    @Override
    public final void timedOut(int deliveryId) {
        credit.timedOut(deliveryId);
    }

    @Override
    public void writable(boolean now) {
        writable = now;
        mailbox().writable(now);
        if (now) {
            askPump();
        }
    }

    /**
     * Not for each turn, but for half a credit at a time, and for more while the lane is not done with what is here. The
     * poll writes what is left over.
     */
    @Override
    public final void flush() {
        if (hasSettled()
                && (credit.mostlyFree() || credit.halfFree() && !mailbox().hasMore())) {
            askPump();
        }
    }
}
