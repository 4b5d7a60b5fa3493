package io.signalbox.transports.delivery;

import io.signalbox.time.TimeSource;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Subscriber.DetachReason;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between an engine and one subscriber: hands over on the subscriber's lane within its credit, keeps the order, counts
 * failures, gives up at the limit. Its state is in {@link Shelf}, guarded by this object's lock, which is never held
 * while the subscriber is called; a lock instead of an owning thread, since a lane that hangs must not keep a session
 * from being taken over.
 *
 * @param <H> how the engine knows a hand-over
 */
public final class Mailbox<H> {
    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

    /** Deliveries of one turn, so that a lane shared by many sessions serves all. */
    private static final int TURN_MAX = 256;

    private final Lane lane;
    private final Subscriber subscriber;
    private final Settler<H> settler;
    private final TimeSource time;
    private final DeliveryCounters counters;
    private final Shelf<H> shelf;
    private boolean started;
    private boolean writable = true;
    private boolean scheduled;
    private boolean attached = true;

    /** @param attemptsMax failures at which a message goes to the dead letters */
    public Mailbox(
            SessionOptions options,
            Lane lane,
            Subscriber subscriber,
            Settler<H> settler,
            TimeSource time,
            int attemptsMax,
            DeliveryCounters counters) {
        this.lane = lane;
        this.subscriber = subscriber;
        this.settler = settler;
        this.time = time;
        this.counters = counters;
        shelf = new Shelf<>(options, settler, attemptsMax, counters);
    }

    // From the engine, on any thread

    /** What an earlier owner of the session left unsettled; to be told before anything arrives. */
    public synchronized void remember(Map<Object, Remembered> remembered) {
        shelf.remember(remembered);
    }

    /** The engine hands over a message. After {@link #detach} it is only noted: the engine will give it to another. */
    public synchronized void arrived(Arrival<H> arrival) {
        if (!attached) {
            shelf.arrivedLate(arrival);
        } else {
            shelf.arrived(arrival);
            if (!writable) {
                shelf.holdWithinBounds();
            }
            schedule();
        }
    }

    /** As many of {@link #arrived(Arrival)}, in order, under one lock and for one turn. */
    public synchronized void arrived(List<Arrival<H>> arrivals) {
        for (Arrival<H> arrival : arrivals) {
            arrived(arrival);
        }
    }

    /**
     * The engine may have so many hand-overs open that it has no settlement for: more than the credit, if it reads several
     * queues for the session. As many settlements are remembered in case they are lost with the connection.
     */
    public synchronized void openHandOversMax(int max) {
        shelf.openHandOversMax(max);
    }

    /** The engine has taken back all it had handed over, and will hand it over again. */
    public synchronized void connectionLost() {
        shelf.connectionLost();
    }

    /** The engine's side has given up deliveries that were to come here. */
    public synchronized void lost(long count) {
        shelf.lost(count);
    }

    /** As {@link Session#lostCount}: of both sides, as far as this one has been told. */
    public synchronized long lostCount() {
        return shelf.lostCount();
    }

    /** To be called every now and then. */
    public synchronized void tick() {
        if (attached && shelf.tick(time.millis())) {
            schedule();
        }
    }

    // From the session's owner

    /** The open is complete: deliveries begin with the lane's next task. */
    public synchronized void start() {
        started = true;
        schedule();
    }

    public synchronized void settle(int deliveryId, Settlement settlement) {
        if (attached && shelf.isUnsettled(deliveryId)) {
            settler.settling(deliveryId, settlement);
            shelf.settle(deliveryId, settlement, time.millis());
            schedule();
        }
    }

    public synchronized void extend(int deliveryId) {
        shelf.extend(deliveryId, time.millis());
    }

    public synchronized void writable(boolean now) {
        writable = now;
        if (now) {
            schedule();
        }
    }

    /** Is something here that was not handed over yet? */
    synchronized boolean hasMore() {
        return shelf.hasMore();
    }

    /** It takes nothing, and holds as much as the queue's bound allows: what comes next pushes out the oldest. */
    public synchronized boolean isAtBound() {
        return !writable && shelf.isAtBound();
    }

    /** Ends it without a word to the subscriber. */
    public synchronized void detach() {
        attached = false;
    }

    /** Ends it and tells the subscriber why. */
    public synchronized void seize(DetachReason reason) {
        if (attached) {
            attached = false;
            run(() -> subscriber.onDetached(reason));
        }
    }

    /** What a later owner has to know, once the engine has stopped to hand over. Empties the mailbox. */
    public synchronized Map<Object, Remembered> left() {
        attached = false;
        return shelf.empty();
    }

    public synchronized boolean attached() {
        return attached;
    }

    // The turn, on the lane

    private void schedule() {
        if (!scheduled && started && attached) {
            scheduled = run(this::turn);
        }
    }

    private boolean run(Runnable task) {
        try {
            lane.execute(task);
            return true;
        } catch (RejectedExecutionException gone) {
            return false; // the connection is closed; its detach follows
        }
    }

    private void turn() {
        int deliveries = 0;
        while (deliveries < TURN_MAX) {
            Arrival<H> next = next();
            if (next == null) {
                endTurn(deliveries);
                return;
            }
            deliveries++;
            deliver(next);
        }
        synchronized (this) {
            scheduled = false;
            schedule();
        }
        endTurn(deliveries);
    }

    private synchronized @Nullable Arrival<H> next() {
        Arrival<H> next = attached && writable ? shelf.next(time.millis()) : null;
        if (next == null) {
            scheduled = false;
        }
        return next;
    }

    private void deliver(Arrival<H> next) {
        boolean again = (next.redelivered && !next.unseen) || next.offered;
        next.offered = true;
        counters.delivered.increment();
        try {
            subscriber.onDelivery(next.id, next.message, next.match, next.deliveryCount, again, next.fromRetained);
        } catch (Throwable e) { // of any kind: a turn that does not end is the last one
            LOG.error("a subscriber threw at a delivery, which stays unsettled: topic {}", next.message.topic(), e);
        }
    }

    private void endTurn(int deliveries) {
        synchronized (this) {
            if (!attached) {
                return;
            }
            settler.flush();
        }
        if (deliveries > 0) {
            try {
                subscriber.onTurnEnd();
            } catch (Throwable e) {
                LOG.error("a subscriber threw at the end of a turn", e);
            }
        }
    }
}
