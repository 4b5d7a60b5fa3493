package io.signalbox.transports.redis;

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

/**
 * How many more entries a session may take, and how many bytes: its credit, less what it holds, but for messages that it
 * gave back and that wait for their time, which count in bytes alone. So the queue stays in Redis, where its bound is
 * kept and other members see it. It stands before the subscriber, to see what is offered, and to say of retained messages
 * that they are such. Thread safe.
 */
final class Credit implements Subscriber {
    /** Messages that wait for another try: beyond it nothing more is taken. */
    private static final int GIVEN_BACK_MAX = 10_000;

    /** Of everything that is held, what waits for another try included: beyond it nothing more is taken. */
    static final int HELD_BYTES_MAX = 64 << 20;

    private final Subscriber subscriber;
    private final int unsettledMax;
    private final Map<Integer, Message> offered = new HashMap<>();
    private final Set<Message> givenBack = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Message> retained = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Message> retainedLight = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Claim, Message> held = new HashMap<>();
    private long heldBytes;

    Credit(Subscriber subscriber, int unsettledMax) {
        this.subscriber = subscriber;
        this.unsettledMax = unsettledMax;
    }

    synchronized int room() {
        return givenBack.size() >= GIVEN_BACK_MAX || heldBytes >= HELD_BYTES_MAX
                ? 0
                : Math.max(0, unsettledMax - (held.size() - givenBack.size()));
    }

    /** The same in bytes. One message is taken whatever it weighs, if there is room at all. */
    synchronized int roomBytes() {
        return (int) Math.max(0, HELD_BYTES_MAX - heldBytes);
    }

    /** Is half of it free, or more? */
    synchronized boolean mostlyFree() {
        return 2 * (held.size() - givenBack.size()) <= unsettledMax;
    }

    /** @param light it needs no credit: it is done with before it is offered */
    synchronized void taken(Claim claim, Message message, boolean fromRetained, boolean light) {
        Message before = held.put(claim, message);
        heldBytes += message.sizeBytes() - (before == null ? 0 : before.sizeBytes());
        if (fromRetained) {
            (light ? retainedLight : retained).add(message);
        }
    }

    /** All that is here. */
    synchronized Set<Claim> held() {
        return new HashSet<>(held.keySet());
    }

    /** Settled for good. */
    synchronized void done(Claim claim) {
        Message message = held.remove(claim);
        if (message != null) {
            heldBytes -= message.sizeBytes();
            givenBack.remove(message);
            retained.remove(message);
        }
    }

    synchronized void settled(int deliveryId, Settlement settlement) {
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
        boolean wasRetained;
        synchronized (this) {
            if (deliveryId != 0) {
                offered.put(deliveryId, message);
                givenBack.remove(message);
                wasRetained = retained.contains(message);
            } else {
                wasRetained = retainedLight.remove(message);
            }
        }
        subscriber.onDelivery(deliveryId, message, match, deliveryCount, redelivered, wasRetained);
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
