package io.signalbox.bus.dispatch;

import io.signalbox.bus.message.Completion;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.queue.Away;
import io.signalbox.bus.queue.AwayRoom;
import io.signalbox.bus.queue.BoundedQueue;
import io.signalbox.bus.queue.Source;
import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.bus.session.SessionScope;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ordering keys of one type that have events; a key without any is forgotten. Where handlers run on the caller's
 * thread no token goes into the queue: the caller has it in his hand, and is the worker that meets it.
 */
final class KeyTable implements KeyOwner {
    private static final Logger LOG = LoggerFactory.getLogger(KeyTable.class);
    /** So many events of a type are at least remembered as being away. */
    private static final int AWAY_MAX = 10_000;

    private static final long TOLD_AGAIN_NANOS = TimeUnit.HOURS.toNanos(1);

    private final EventLane lane;
    private final BoundedQueue<Object> queue;
    private final int parkedMax;
    private final Scheduler scheduler;
    private final boolean callerRuns;
    private final ConcurrentHashMap<String, KeyQueue> byKey = new ConcurrentHashMap<>();
    private final AwayRoom awayRoom;

    private final AtomicLong lostForgottenNanos;
    /** When the log was told, and when it is told again. */
    private final AtomicLong orderToldNanos;
    /** Something found none: those that are lost may be in its way. */
    private volatile boolean roomIsShort;

    KeyTable(EventLane lane, BoundedQueue<Object> queue, int parkedMax, Scheduler scheduler) {
        this.lane = lane;
        this.queue = queue;
        this.parkedMax = parkedMax;
        this.scheduler = scheduler;
        callerRuns = scheduler.callerRuns();
        awayRoom = new AwayRoom(Math.max(AWAY_MAX, queue.capacity()), AWAY_MAX);
        lostForgottenNanos = new AtomicLong(scheduler.nanoTime());
        orderToldNanos = new AtomicLong(scheduler.nanoTime() - TOLD_AGAIN_NANOS);
    }

    enum Offer {
        ACCEPTED,
        FULL,
        PARKED
    }

    Offer offer(String key, Envelope<?> envelope) {
        while (true) {
            KeyQueue keyed = ofKey(key);
            Offer answer = keyed.offer(envelope, parkedMax);
            if (answer == Offer.ACCEPTED && callerRuns) {
                keyed.turn();
            }
            if (answer == Offer.PARKED && roomIsShort) {
                forgetLost(envelope.meta().completion());
            }
            if (answer != null) {
                return answer;
            }
        }
    }

    private KeyQueue ofKey(String key) {
        return byKey.computeIfAbsent(key, k -> new KeyQueue(k, this));
    }

    /** Those of a key that nothing comes for any more take up the room of others. Costs a look at all keys. */
    private void forgetLost(@Nullable Completion refused) {
        long now = scheduler.nanoTime();
        long last = lostForgottenNanos.get();
        if (refused != null && now - last > Away.LOST_AFTER_NANOS && lostForgottenNanos.compareAndSet(last, now)) {
            roomIsShort = false;
            Source source = refused.source();
            byKey.values().forEach(key -> key.forgetLost(source));
        }
    }

    /** Called before the next link brings anything. */
    void linkEnded(Source ended) {
        byKey.values().forEach(key -> key.linkEnded(ended));
    }

    /** For a dead letter of an earlier process. */
    void park(String key) {
        while (!ofKey(key).parkUnlessRemoved()) {}
    }

    void unpark(String key) {
        @Nullable KeyQueue keyed = byKey.get(key);
        if (keyed != null) {
            keyed.unpark();
        }
    }

    /** Makes room when busy keys hold all of it; null: they hold nothing. */
    @Nullable
    Envelope<?> dropOldestHeld() {
        while (true) {
            KeyQueue oldest = null;
            long since = Long.MAX_VALUE;
            for (KeyQueue key : byKey.values()) {
                long own = key.heldSinceMillis();
                if (own < since) {
                    since = own;
                    oldest = key;
                }
            }
            if (oldest == null) {
                return null;
            }
            Envelope<?> dropped = oldest.dropHeld();
            if (dropped != null) {
                return dropped;
            }
        }
    }

    /** What is parked, or waits behind an event that did not end; for a bus that closes. */
    List<Envelope<?>> takeOwed() {
        List<Envelope<?>> taken = new ArrayList<>();
        for (KeyQueue key : byKey.values()) {
            taken.addAll(key.takeOwed());
        }
        return taken;
    }

    // ---- what keys ask for

    @Override
    public boolean offer(KeyQueue token) {
        return callerRuns ? lane.mayEnterInline() : queue.offer(token);
    }

    @Override
    public void hold() {
        queue.hold();
    }

    @Override
    public void letGo() {
        queue.letGo();
        lane.roomMade();
    }

    @Override
    public void parked(int change) {
        lane.parked(change);
    }

    @Override
    public void giveBack(Envelope<?> envelope) {
        lane.end(envelope, null, new End.Dropped(Reason.PARKED));
    }

    @Override
    public void leaveToNextLink(Envelope<?> envelope) {
        Completion outside = envelope.meta().completion();
        if (outside != null && envelope.meta().session() instanceof SessionScope scope && scope.enter(true)) {
            // A session that is open waits for it to come again.
            outside.expect(scope, scope::leave);
        }
        lane.end(envelope, null, new End.Dropped(Reason.LINK_LOST));
    }

    @Override
    public AwayRoom awayRoom() {
        return awayRoom;
    }

    @Override
    public void orderNotKept(int events) {
        roomIsShort = true;
        lane.counters().unordered.add(events);
        long now = scheduler.nanoTime();
        long told = orderToldNanos.get();
        if (now - told >= TOLD_AGAIN_NANOS && orderToldNanos.compareAndSet(told, now)) {
            LOG.warn(
                    "too many events {} wait outside for dead letters of their ordering keys to be redriven or discarded:"
                            + " the order of those beyond is not kept; how many is in the ledger",
                    lane.counters().type());
        }
    }

    @Override
    public void deliver(Envelope<?> envelope, KeyQueue key) {
        lane.deliver(envelope, key, null);
    }

    @Override
    public boolean isAbandoning() {
        return lane.isAbandoning();
    }

    @Override
    public void giveUp(Envelope<?> envelope) {
        lane.giveUp(envelope);
    }

    @Override
    public void execute(Runnable task) {
        lane.execute(task);
    }

    @Override
    public void remove(KeyQueue empty) {
        byKey.remove(empty.key(), empty);
    }
}
