package io.signalbox.broker.ledger;

import java.util.concurrent.atomic.LongAdder;

/** One topic's line of the ledger. Added to by publishers and by every session's lane. */
public final class TopicCounters {
    public final LongAdder published = new LongAdder();
    public final LongAdder offered = new LongAdder();
    public final LongAdder delivered = new LongAdder();
    public final LongAdder expired = new LongAdder();
    public final LongAdder dead = new LongAdder();
    public final LongAdder dropped = new LongAdder();

    public void add(TopicCounters other) {
        published.add(other.published.sum());
        offered.add(other.offered.sum());
        delivered.add(other.delivered.sum());
        expired.add(other.expired.sum());
        dead.add(other.dead.sum());
        dropped.add(other.dropped.sum());
    }
}
