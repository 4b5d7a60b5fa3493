package io.signalbox.broker.session;

import io.signalbox.broker.ledger.DropReason;
import io.signalbox.broker.ledger.SessionCounters;
import io.signalbox.broker.routing.TopicEntry;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Counts each delivery where its way ends, for the session and for its topic. Owned by the session's turn, but for
 * {@link #owed} and {@link #turnedAway}.
 */
final class Account {
    private static final AtomicIntegerFieldUpdater<Account> OWED =
            AtomicIntegerFieldUpdater.newUpdater(Account.class, "owed");
    private static final AtomicLongFieldUpdater<Account> OWED_BYTES =
            AtomicLongFieldUpdater.newUpdater(Account.class, "owedBytes");

    private final SessionCounters counters = new SessionCounters();

    /** Live deliveries above at most once that are on their way or queued; counted up by publishers. */
    private volatile int owed;

    private volatile long owedBytes;

    private static final AtomicIntegerFieldUpdater<Account> TURNED_AWAY =
            AtomicIntegerFieldUpdater.newUpdater(Account.class, "turnedAway");

    /** Offers for which the mailbox had no room. */
    private volatile int turnedAway;

    /** Of the dead ones. */
    private long overflowed;

    private @Nullable TopicEntry runTopic;
    private int runDelivered;

    /** Any thread. */
    void owe(int bytes) {
        OWED.incrementAndGet(this);
        OWED_BYTES.addAndGet(this, bytes);
    }

    /** Any thread. */
    int owed() {
        return owed;
    }

    /** Payload bytes of them. Any thread. */
    long owedBytes() {
        return owedBytes;
    }

    void noLongerOwed(int bytes) {
        OWED.decrementAndGet(this);
        OWED_BYTES.addAndGet(this, -bytes);
    }

    /** It ends before it reaches the session. Any thread. */
    void turnedAway(TopicEntry topic) {
        TURNED_AWAY.incrementAndGet(this);
        topic.counters().dropped.increment();
    }

    /** The topic has counted it when it was routed. */
    void offered() {
        counters.offered++;
    }

    /** Offered by nobody but us: the past, or what was here before a restart. */
    void offered(TopicEntry topic) {
        counters.offered++;
        topic.counters().offered.increment();
    }

    /** It came by another way already. */
    void takeBackOffer(TopicEntry topic) {
        counters.offered--;
        topic.counters().offered.decrement();
    }

    /** A topic's counter is shared, so a run of deliveries of one topic is added as one. */
    void delivered(TopicEntry topic) {
        counters.delivered++;
        if (topic != runTopic) {
            flush();
            runTopic = topic;
        }
        runDelivered++;
    }

    void flush() {
        if (runTopic != null && runDelivered > 0) {
            runTopic.counters().delivered.add(runDelivered);
            runDelivered = 0;
        }
    }

    void expired(TopicEntry topic) {
        counters.expired++;
        topic.counters().expired.increment();
    }

    /** @param overflow there was no room for it, so that nobody has seen it */
    void dead(TopicEntry topic, boolean overflow) {
        counters.dead++;
        overflowed += overflow ? 1 : 0;
        topic.counters().dead.increment();
    }

    void dropped(TopicEntry topic, DropReason reason) {
        counters.drop(reason);
        topic.counters().dropped.increment();
    }

    /** What ended without having been delivered, and not by the receiver's own doing. */
    long lost() {
        return counters.expired
                + overflowed
                + counters.droppedTotal()
                + turnedAway
                - counters.dropped(DropReason.HANDED_OVER);
    }

    SessionCounters copy() {
        flush();
        int away = TURNED_AWAY.getAndSet(this, 0);
        if (away > 0) {
            counters.offered += away;
            counters.drop(DropReason.SLOW_CONSUMER, away);
        }
        SessionCounters copy = new SessionCounters();
        copy.add(counters);
        return copy;
    }
}
