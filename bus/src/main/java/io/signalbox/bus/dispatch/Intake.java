package io.signalbox.bus.dispatch;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.queue.Aimd;
import io.signalbox.bus.queue.BoundedQueue;
import io.signalbox.bus.queue.Overflow;
import io.signalbox.bus.queue.Taken;
import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.bus.settings.EventSettings;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The door of a lane: lets events into the queue, and answers for those that find it full. */
final class Intake {
    private final EventLane lane;
    private final EventSettings settings;
    private final Scheduler scheduler;
    private final BoundedQueue<Object> queue;
    private final KeyTable keys;
    private final Room room;
    private final @Nullable Aimd aimd;

    Intake(EventLane lane, EventSettings settings, Scheduler scheduler, BoundedQueue<Object> queue, KeyTable keys) {
        this.lane = lane;
        this.settings = settings;
        this.scheduler = scheduler;
        this.queue = queue;
        this.keys = keys;
        room = new Room(scheduler);
        aimd = settings.overflow() instanceof Overflow.Adaptive adaptive
                ? new Aimd(adaptive.targetLatency().toMillis(), scheduler.nowMillis())
                : null;
    }

    PublishResult offer(Envelope<?> envelope) {
        String key = envelope.meta().options().orderingKey();
        if (key == null) {
            return offer(envelope, envelope.timestampMillis());
        }
        PublishResult held = heldBack();
        if (held != null) {
            return held;
        }
        return switch (keys.offer(key, envelope)) {
            case ACCEPTED -> PublishResult.ACCEPTED;
            case FULL -> whenFull(() -> keys.offer(key, envelope));
            case PARKED -> Refusals.parked(key, settings.parkedPerKeyMax());
        };
    }

    /** @param unkeyed an event, or an envelope without an ordering key */
    PublishResult offer(Object unkeyed, long sentMillis) {
        PublishResult held = heldBack();
        if (held != null) {
            return held;
        }
        return queue.offer(unkeyed, sentMillis)
                ? PublishResult.ACCEPTED
                : whenFull(() -> queue.offer(unkeyed, sentMillis) ? KeyTable.Offer.ACCEPTED : KeyTable.Offer.FULL);
    }

    private @Nullable PublishResult heldBack() {
        if (aimd == null) {
            return null;
        }
        long waitMillis = aimd.admit(scheduler.nowMillis());
        return waitMillis > 0 ? Refusals.rateLimited(aimd, waitMillis) : null;
    }

    private PublishResult whenFull(Room.Attempt attempt) {
        return switch (settings.overflow()) {
            case Overflow.RejectNew reject -> Refusals.full(queue.capacity());
            case Overflow.Adaptive adaptive ->
                Refusals.fullAdaptive(
                        queue.capacity(), Objects.requireNonNull(aimd).full(scheduler.nowMillis()));
            case Overflow.Block block -> room.await(attempt, block.timeout(), queue.capacity());
            case Overflow.DropOldest drop -> dropUntilAccepted(attempt);
        };
    }

    private PublishResult dropUntilAccepted(Room.Attempt attempt) {
        Taken taken = new Taken();
        while (true) {
            Object oldest = queue.poll(taken);
            Envelope<?> victim = oldest == null
                    ? null
                    : oldest instanceof KeyQueue key ? key.dropOldest() : EventLane.enveloped(oldest, taken);
            if (victim != null) {
                lane.drop(victim, Reason.DROPPED_OLDEST);
            }
            KeyTable.Offer again = attempt.offer();
            if (again == KeyTable.Offer.ACCEPTED) {
                return PublishResult.ACCEPTED;
            }
            if (oldest == null && queue.sizeInRing() == 0) {
                return Refusals.full(queue.capacity());
            }
        }
    }

    /** A worker took something. Hot path: one look. */
    void taken() {
        room.made(queue);
    }

    /** What it waited tells how busy the lane is. */
    void delivering(long sentMillis) {
        if (aimd != null) {
            long now = scheduler.nowMillis();
            aimd.taken(now - sentMillis, now);
        }
    }

    boolean isUnderPressure() {
        return (aimd != null && aimd.isActive()) || queue.size() >= queue.capacity();
    }
}
