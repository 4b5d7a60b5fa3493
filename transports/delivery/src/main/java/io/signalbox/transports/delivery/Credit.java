package io.signalbox.transports.delivery;

import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many more messages a session may take out of its queue, and how many bytes: its credit, less what it holds, but for
 * messages that it gave back and that wait for their time, which count in bytes alone. So the queue stays in the engine,
 * where its bound is kept and priorities and other members see it. It stands before the subscriber, to see what is
 * offered. Thread safe.
 *
 * @param <H> how the engine knows a hand-over
 */
public final class Credit<H> implements Subscriber {
    /** Of everything that is here, what waits for another try included; one message alone may have more. */
    public static final int BYTES_MAX = 64 << 20;

    /** Messages that wait for another try: beyond it nothing more is taken. */
    private static final int GIVEN_BACK_MAX = 10_000;

    /** Messages that need no credit and that the lane has not come to yet: beyond it nothing more is taken. */
    private static final int LIGHT_MAX = 2_000;

    /** To be at work with while the engine is asked, which takes a few milliseconds. */
    private static final int LEFT_ENOUGH = 100;

    private final Subscriber subscriber;
    private final int unsettledMax;
    private final int leftMax;
    private final Map<Integer, Message> offered = new HashMap<>();
    private final Set<Message> givenBack = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<H, Message> held = new HashMap<>();
    private final Map<H, Message> light = new HashMap<>();
    private long bytes;

    public Credit(Subscriber subscriber, int unsettledMax) {
        this.subscriber = subscriber;
        this.unsettledMax = unsettledMax;
        leftMax = Math.max(unsettledMax / 4, Math.min(unsettledMax / 2, LEFT_ENOUGH));
    }

    public synchronized int room() {
        return givenBack.size() >= GIVEN_BACK_MAX || !lightRoom()
                ? 0
                : Math.max(0, unsettledMax - (held.size() - givenBack.size()));
    }

    /** The same in bytes. */
    public synchronized int roomBytes() {
        return (int) Math.max(0, BYTES_MAX - bytes);
    }

    /** Is there room for what needs no credit? Then there is memory for what does, too. */
    public synchronized boolean lightRoom() {
        return light.size() < LIGHT_MAX && bytes < BYTES_MAX;
    }

    /** Is half of it free, or more? */
    synchronized boolean halfFree() {
        return held.size() - givenBack.size() <= unsettledMax / 2;
    }

    /**
     * Is so much of it free that the engine is asked for more, although the lane still has some to hand over? What is left
     * is what the subscriber works at meanwhile: half of a small credit, a quarter of a large one.
     */
    public synchronized boolean mostlyFree() {
        return held.size() - givenBack.size() <= leftMax;
    }

    /** It is here, and not to be taken again. */
    public synchronized void taken(H handle, Message message, boolean needsCredit) {
        Message before = (needsCredit ? held : light).put(handle, message);
        bytes += message.sizeBytes() - bytesOf(before);
    }

    /** All that is here. */
    public synchronized Set<H> held() {
        Set<H> all = new HashSet<>(held.keySet());
        all.addAll(light.keySet());
        return all;
    }

    /** Settled for good. */
    public synchronized void done(H handle) {
        Message message = held.remove(handle);
        bytes -= bytesOf(message) + bytesOf(light.remove(handle));
        if (message != null && !givenBack.isEmpty()) {
            givenBack.remove(message);
        }
    }

    private static int bytesOf(@Nullable Message message) {
        return message == null ? 0 : message.sizeBytes();
    }

    /** It was taken from the subscriber, whose word about it would be too late. */
    synchronized void timedOut(int deliveryId) {
        offered.remove(deliveryId);
    }

    /** How many are the subscriber's at present. */
    synchronized int offeredCount() {
        return offered.size();
    }

    /** What is the subscriber's at present; a late word about what was taken from it is none. */
    public synchronized void settled(int deliveryId, Settlement settlement) {
        Message message = offered.remove(deliveryId);
        boolean comesAgain = settlement instanceof Settlement.Modified
                || settlement instanceof Settlement.Released(Duration delay) && !delay.isZero();
        if (message != null && comesAgain) {
            givenBack.add(message);
        }
    }

    @Override
    public void onDelivery(
            int deliveryId,
            Message message,
            Match match,
            int deliveryCount,
            boolean redelivered,
            boolean fromRetained) {
        synchronized (this) {
            if (deliveryId != 0) {
                offered.put(deliveryId, message);
                if (!givenBack.isEmpty()) { // an object's identity has a price
                    givenBack.remove(message);
                }
            }
        }
        subscriber.onDelivery(deliveryId, message, match, deliveryCount, redelivered, fromRetained);
    }

    @Override
    public void onReleased(int deliveryId) {
        subscriber.onReleased(deliveryId);
    }

    @Override
    public void onTurnEnd() {
        subscriber.onTurnEnd();
    }

    @Override
    public void onDetached(DetachReason reason) {
        subscriber.onDetached(reason);
    }
}
