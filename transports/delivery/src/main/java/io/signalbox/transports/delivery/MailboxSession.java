package io.signalbox.transports.delivery;

import io.signalbox.time.TimeSource;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;

/**
 * One owner of a session that delivers through a {@link Mailbox}. How it publishes, where its queue is, and how it ends is
 * its transport's. Without exactly once, which no foreign engine has: there are no tags and nothing is received.
 *
 * @param <H> how the engine knows a hand-over
 */
public abstract class MailboxSession<H> implements Session, Settler<H> {
    private final SessionOptions options;
    private final Mailbox<H> mailbox;
    private volatile boolean resumed;

    /**
     * Of its own methods those of {@link Settler} alone are called before it is opened, and none by this constructor.
     *
     * @param attemptsMax failures at which a message goes to the dead letters
     */
    protected MailboxSession(
            SessionOptions options,
            Lane lane,
            Subscriber subscriber,
            TimeSource time,
            int attemptsMax,
            DeliveryCounters counters) {
        this.options = options;
        mailbox = new Mailbox<>(options, lane, subscriber, this, time, attemptsMax, counters);
    }

    public final SessionOptions options() {
        return options;
    }

    public final Mailbox<H> mailbox() {
        return mailbox;
    }

    /** To be told before the open is complete. */
    public void resumed(boolean is) {
        resumed = is;
    }

    @Override
    public final String name() {
        return options.name();
    }

    @Override
    public final boolean resumed() {
        return resumed;
    }

    @Override
    public final void forget(int tag, PublishCallback callback, long context) {
        callback.published(context, Receipt.Outcome.DUPLICATE, Durability.NONE, 0); // there are none
    }

    @Override
    public long lostCount() {
        return mailbox.lostCount();
    }

    @Override
    public final void settle(int deliveryId, Settlement settlement) {
        mailbox.settle(deliveryId, settlement);
    }

    @Override
    public final void received(int deliveryId) {} // there is no exactly once

    @Override
    public final void extend(int deliveryId) {
        mailbox.extend(deliveryId);
    }
}
