package io.signalbox.transports.jdbc;

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
 * How many more rows a session may claim: its credit, less what it holds, but for messages that it gave back and that
 * wait for their time. So the queue stays in the database, where priorities and other members see it. Thread safe.
 */
final class Credit implements Subscriber {
    /** Messages that wait for another try: beyond it nothing more is claimed. */
    private static final int GIVEN_BACK_MAX = 10_000;

    /** Messages that need no credit and that the lane has not come to yet: beyond it nothing more is claimed. */
    private static final int LIGHT_MAX = 2_000;

    /** All that is here; one message alone may have more. */
    private static final long BYTES_MAX = 64L << 20;

    private final Subscriber subscriber;
    private final int unsettledMax;
    private final Map<Integer, Message> offered = new HashMap<>();
    private final Set<Message> givenBack = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Claim, Message> held = new HashMap<>();
    private final Map<Claim, Integer> light = new HashMap<>();
    private long bytes;

    Credit(Subscriber subscriber, int unsettledMax) {
        this.subscriber = subscriber;
        this.unsettledMax = unsettledMax;
    }

    synchronized int room() {
        return givenBack.size() >= GIVEN_BACK_MAX || !lightRoom()
                ? 0
                : Math.max(0, unsettledMax - (held.size() - givenBack.size()));
    }

    /** Is there room for what needs no credit? Then there is memory for what does, too. */
    synchronized boolean lightRoom() {
        return light.size() < LIGHT_MAX && bytes < BYTES_MAX;
    }

    /** Is half of it free, or more? */
    synchronized boolean mostlyFree() {
        return 2 * (held.size() - givenBack.size()) <= unsettledMax;
    }

    /** It is here, and not to be claimed again. */
    synchronized void claimed(Claim claim, Message message, boolean needsCredit) {
        if (needsCredit) {
            held.put(claim, message);
        } else {
            light.put(claim, message.sizeBytes());
        }
        bytes += message.sizeBytes();
    }

    /** All that is here. */
    synchronized Set<Claim> held() {
        Set<Claim> all = new HashSet<>(held.keySet());
        all.addAll(light.keySet());
        return all;
    }

    /** Settled for good. */
    synchronized void done(Claim claim) {
        Integer lightBytes = light.remove(claim);
        bytes -= lightBytes == null ? 0 : lightBytes;
        Message message = held.remove(claim);
        if (message != null) {
            bytes -= message.sizeBytes();
            givenBack.remove(message);
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
        synchronized (this) {
            if (deliveryId != 0) {
                offered.put(deliveryId, message);
                givenBack.remove(message);
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
