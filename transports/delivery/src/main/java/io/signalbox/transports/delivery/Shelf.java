package io.signalbox.transports.delivery;

import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a mailbox's messages are: fresh, light (those that need no credit), waiting to be offered again, unsettled.
 * Guarded by the mailbox.
 */
final class Shelf<H> {
    private final SessionOptions options;
    private final Settler<H> settler;
    private final int attemptsMax;
    private final DeliveryCounters counters;

    private final ArrayDeque<Arrival<H>> light = new ArrayDeque<>();
    private final ArrayDeque<Arrival<H>> fresh = new ArrayDeque<>();
    private final Waiting<H> waiting = new Waiting<>();
    private final DeliveryIds<H> unsettled = new DeliveryIds<>();
    private final AckTimeouts<H> timeouts;
    private final Reunion<H> reunion;
    private long queuedBytes;
    private long numbers;
    private long lost;

    Shelf(SessionOptions options, Settler<H> settler, int attemptsMax, DeliveryCounters counters) {
        this.options = options;
        this.settler = settler;
        this.attemptsMax = attemptsMax;
        this.counters = counters;
        timeouts = new AckTimeouts<>(options.ackTimeout().toMillis());
        reunion = new Reunion<>(options.unsettledMax());
    }

    void remember(Map<Object, Remembered> remembered) {
        reunion.remember(remembered);
        remembered.values().forEach(r -> {
            if (r.id() != 0) {
                unsettled.reserve(r.id());
            }
        });
    }

    void openHandOversMax(int max) {
        reunion.openHandOversMax(max);
    }

    void arrived(Arrival<H> arrival) {
        arrival.number = ++numbers;
        H handle = arrival.handle;
        if (arrival.redelivered && handle != null && !arrival.needsCredit()) {
            dropped(); // somebody may have had it, and once is the most
            settler.done(handle);
            return;
        }
        if (!arrival.redelivered || reunion.expectsNobody() || !recognised(arrival)) {
            queuedBytes += arrival.bytes();
            (arrival.needsCredit() ? fresh : light).add(arrival);
        }
    }

    /** Is it one whose way here was cut off? Then it goes on where it was. */
    private boolean recognised(Arrival<H> arrival) {
        H handle = arrival.handle;
        Arrival<H> before = reunion.meet(arrival);
        if (before == null) {
            if (handle != null && reunion.wasSettled(arrival)) {
                counters.recognised.increment();
                done(arrival, handle);
                return true;
            }
            Remembered earlier = reunion.earlier(arrival);
            if (earlier != null) {
                arrival.deliveryCount = earlier.deliveryCount();
                arrival.id = earlier.id(); // its wish, until it is offered
                arrival.offered = earlier.offered();
                arrival.unseen = !earlier.offered();
            }
            return false;
        }
        counters.recognised.increment();
        before.handle = handle;
        switch (before.end) {
            case DONE -> finish(before);
            case DEAD -> bury(before, DeadReason.REJECTED, before.endDetail);
            case OPEN -> {
                if (before.id == 0) { // it was to be offered again
                    before.number = arrival.number;
                    waiting.later(before);
                }
            }
        }
        return true;
    }

    @Nullable
    Arrival<H> next(long nowMillis) {
        waiting.wake(nowMillis);
        for (Arrival<H> next = light.poll(); next != null; next = light.poll()) {
            queuedBytes -= next.bytes();
            if (!expired(next, nowMillis)) {
                done(next);
                return next;
            }
        }
        while (unsettled.size() < options.unsettledMax()) {
            Arrival<H> next = waiting.next();
            if (next == null) {
                next = fresh.poll();
                if (next == null) {
                    return null;
                }
                queuedBytes -= next.bytes();
            }
            if ((next.offered || !expired(next, nowMillis)) && !waiting.parks(next)) {
                unsettled.add(next, next.id);
                timeouts.begin(next, nowMillis);
                return next;
            }
        }
        return null;
    }

    private boolean expired(Arrival<H> next, long nowMillis) {
        boolean expired = next.message.isExpired(nowMillis);
        if (expired) {
            counters.expired.increment();
            lost++;
            finish(next);
        }
        return expired;
    }

    boolean isUnsettled(int deliveryId) {
        return unsettled.get(deliveryId) != null;
    }

    void settle(int deliveryId, Settlement settlement, long nowMillis) {
        Arrival<H> arrival = unsettled.remove(deliveryId);
        if (arrival == null) {
            return;
        }
        arrival.id = 0;
        timeouts.end(arrival);
        switch (settlement) {
            case Settlement.Accepted accepted -> finish(arrival);
            case Settlement.Released(Duration delay) -> {
                arrival.notBeforeMillis = nowMillis + delay.toMillis();
                offerAgain(arrival, nowMillis);
            }
            case Settlement.Modified modified ->
                failed(arrival, nowMillis + modified.delay().toMillis(), nowMillis, modified.error());
            case Settlement.Rejected rejected -> bury(arrival, DeadReason.REJECTED, rejected.reason());
        }
    }

    private void failed(Arrival<H> arrival, long notBeforeMillis, long nowMillis, String error) {
        arrival.deliveryCount++;
        arrival.notBeforeMillis = notBeforeMillis;
        if (arrival.deliveryCount >= attemptsMax) {
            bury(arrival, DeadReason.DELIVERY_LIMIT, "failed " + arrival.deliveryCount + " times, last: " + error);
        } else {
            offerAgain(arrival, nowMillis);
        }
    }

    private void offerAgain(Arrival<H> arrival, long nowMillis) {
        if (arrival.handle == null) {
            return; // it is expected back from the engine, and waits then
        }
        if (arrival.notBeforeMillis > nowMillis) {
            waiting.later(arrival);
        } else {
            waiting.now(arrival);
        }
    }

    private void finish(Arrival<H> arrival) {
        H handle = arrival.handle;
        if (handle == null) {
            arrival.end = Arrival.End.DONE;
        } else {
            done(arrival, handle);
        }
    }

    private void done(Arrival<H> light) {
        H handle = light.handle;
        if (handle != null) {
            settler.done(handle);
        }
    }

    private void done(Arrival<H> arrival, H handle) {
        settler.done(handle);
        reunion.settled(arrival);
    }

    private void bury(Arrival<H> arrival, DeadReason reason, String detail) {
        H handle = arrival.handle;
        if (handle == null) {
            arrival.end = Arrival.End.DEAD;
            arrival.endDetail = detail;
            return;
        }
        counters.dead.increment();
        settler.dead(handle, arrival, reason, detail);
        reunion.settled(arrival);
    }

    void extend(int deliveryId, long nowMillis) {
        Arrival<H> arrival = unsettled.get(deliveryId);
        if (arrival != null) {
            timeouts.begin(arrival, nowMillis);
        }
    }

    /** @return true if the lane has something to do */
    boolean tick(long nowMillis) {
        for (Arrival<H> late = timeouts.over(nowMillis); late != null; late = timeouts.over(nowMillis)) {
            unsettled.remove(late.id);
            settler.timedOut(late.id);
            late.id = 0;
            failed(late, 0, nowMillis, "not settled within " + options.ackTimeout());
        }
        return waiting.wake(nowMillis);
    }

    /** For a subscriber that takes nothing: what waits here obeys the bounds of the queue, as at the engine. */
    void holdWithinBounds() {
        boolean mayDrop =
                options.overflow() == OverflowPolicy.DROP_OLDEST || options.overflow() == OverflowPolicy.DEAD_LETTER;
        while (light.size() + fresh.size() > options.queueMessagesMax() || queuedBytes > options.queueBytesMax()) {
            Arrival<H> oldest = light.poll();
            if (oldest == null && mayDrop) {
                oldest = fresh.poll();
            }
            if (oldest == null) {
                return; // never more than the credit
            }
            queuedBytes -= oldest.bytes();
            if (oldest.needsCredit() && options.overflow() == OverflowPolicy.DEAD_LETTER) {
                lost++;
                bury(oldest, DeadReason.OVERFLOW, "the queue holds " + options.queueMessagesMax() + " messages");
            } else {
                dropped();
                finish(oldest);
            }
        }
    }

    private void dropped() {
        counters.dropped.increment();
        lost++;
    }

    /** It was to come here, and does not. */
    void lost(long count) {
        lost += count;
    }

    long lostCount() {
        return lost;
    }

    boolean hasMore() {
        return !fresh.isEmpty();
    }

    boolean isAtBound() {
        return light.size() + fresh.size() >= options.queueMessagesMax() || queuedBytes >= options.queueBytesMax();
    }

    void connectionLost() {
        reunion.connectionLost();
        for (Arrival<H> arrival : unsettled.all()) {
            reunion.expect(arrival);
        }
        for (Arrival<H> arrival : waiting.takeAll()) {
            if (arrival.offered) {
                reunion.expect(arrival);
            }
        }
        fresh.clear();
        light.clear();
        queuedBytes = 0;
    }

    /** Nobody will see it here. */
    void arrivedLate(Arrival<H> arrival) {
        if (fresh.size() < options.unsettledMax()) {
            fresh.add(arrival);
        }
    }

    /** What a later owner has to know; nothing is left here. */
    Map<Object, Remembered> empty() {
        Map<Object, Remembered> left = new HashMap<>(reunion.notMet());
        unsettled.all().forEach(arrival -> note(left, arrival));
        waiting.takeAll().forEach(arrival -> note(left, arrival));
        reunion.stillLost().forEach(arrival -> note(left, arrival));
        fresh.forEach(arrival -> note(left, arrival));
        fresh.clear();
        light.clear();
        return left;
    }

    private void note(Map<Object, Remembered> left, Arrival<H> arrival) {
        if (arrival.identity == null || arrival.end != Arrival.End.OPEN) {
            return;
        }
        if (arrival.offered || arrival.deliveryCount > 0) {
            left.put(arrival.identity, new Remembered(arrival.id, arrival.deliveryCount, true));
        } else if (!arrival.redelivered || arrival.unseen) {
            left.putIfAbsent(arrival.identity, new Remembered(0, 0, false));
        }
    }
}
