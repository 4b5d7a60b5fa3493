package io.signalbox.transports.delivery;

import java.util.concurrent.atomic.LongAdder;

/** What became of messages, over all mailboxes of a transport. */
public final class DeliveryCounters {
    /** Handed to subscribers, repeats included. */
    public final LongAdder delivered = new LongAdder();

    public final LongAdder expired = new LongAdder();

    /** Pushed out of a full queue on this side of the engine. */
    public final LongAdder dropped = new LongAdder();

    public final LongAdder dead = new LongAdder();

    /** Handed over again by the engine after a lost connection, and recognised: no subscriber saw them twice. */
    public final LongAdder recognised = new LongAdder();
}
