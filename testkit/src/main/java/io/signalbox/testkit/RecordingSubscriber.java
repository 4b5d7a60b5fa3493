package io.signalbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Records what a session delivers, settles it as told, and watches the rules of {@link Subscriber}: called on its lane
 * alone, ids in range and not used twice, nothing before the open is known and nothing after the end. What broke a
 * rule is kept in {@link #violations()}.
 *
 * <p>Callbacks run on the lane; all other methods are for any thread.
 */
public final class RecordingSubscriber implements Subscriber {
    private static final int ID_MAX = 65_535;

    private final Lane lane;
    private final SettleBehaviour behaviour;
    private final Duration patience;
    private final Predicate<Message> fences;

    private final Object monitor = new Object();
    private final List<Delivery> deliveries = new ArrayList<>();
    private final List<String> fencesSeen = new ArrayList<>();
    private final Map<Integer, String> fencesReceived = new HashMap<>();
    private final List<Integer> released = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private int turns;
    private @Nullable DetachReason detachReason;
    private @Nullable Session session;
    private final Set<Integer> unsettled = new HashSet<>();
    private final Set<Integer> receivedByItself = new HashSet<>();

    /**
     * @param patience how long the await methods wait before they fail
     * @param fences messages that are the test's own markers: accepted and kept apart
     */
    public RecordingSubscriber(Lane lane, SettleBehaviour behaviour, Duration patience, Predicate<Message> fences) {
        this.lane = lane;
        this.behaviour = behaviour;
        this.patience = patience;
        this.fences = fences;
    }

    public RecordingSubscriber(Lane lane, SettleBehaviour behaviour) {
        this(lane, behaviour, Duration.ofSeconds(60), message -> false);
    }

    /** The session that settlements go to; to be called as soon as the open is complete. */
    public void bind(Session opened) {
        synchronized (monitor) {
            session = opened;
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
        Delivery delivery = new Delivery(deliveryId, message, match, deliveryCount, redelivered, fromRetained);
        Session to;
        synchronized (monitor) {
            watch("delivery " + delivery);
            rule((delivery.guarantee() == Guarantee.AT_MOST_ONCE) == (deliveryId == 0), "id of " + delivery);
            rule(deliveryId >= 0 && deliveryId <= ID_MAX, "id outside of 0 to " + ID_MAX + ": " + delivery);
            rule(deliveryId == 0 || unsettled.add(deliveryId) || redelivered, "id in use: " + delivery);
            to = session;
            if (to == null) {
                violations.add("delivery before the open was complete: " + delivery);
            }
            if (!fences.test(message)) {
                deliveries.add(delivery);
            } else if (delivery.guarantee() == Guarantee.EXACTLY_ONCE) {
                fencesReceived.put(deliveryId, delivery.payload());
            } else {
                fencesSeen.add(delivery.payload());
            }
            monitor.notifyAll();
        }
        if (to != null && deliveryId != 0) {
            settleAtOnce(to, delivery);
        }
    }

    private void settleAtOnce(Session to, Delivery delivery) {
        Settlement settlement = fences.test(delivery.message()) ? Settlement.ACCEPTED : behaviour.decide(delivery);
        if (settlement == null) {
            return;
        }
        if (settlement == Settlement.ACCEPTED && delivery.guarantee() == Guarantee.EXACTLY_ONCE) {
            synchronized (monitor) {
                receivedByItself.add(delivery.deliveryId());
            }
            to.received(delivery.deliveryId());
        } else {
            settling(delivery.deliveryId());
            to.settle(delivery.deliveryId(), settlement);
        }
    }

    @Override
    public void onReleased(int deliveryId) {
        Session to = null;
        synchronized (monitor) {
            watch("release of " + deliveryId);
            String fence = fencesReceived.remove(deliveryId);
            if (fence != null) {
                fencesSeen.add(fence);
            } else {
                released.add(deliveryId);
            }
            if (receivedByItself.remove(deliveryId)) {
                to = session;
            }
            monitor.notifyAll();
        }
        if (to != null) {
            settling(deliveryId);
            to.settle(deliveryId, Settlement.ACCEPTED);
        }
    }

    @Override
    public void onTurnEnd() {
        synchronized (monitor) {
            watch("end of a turn");
            turns++;
            monitor.notifyAll();
        }
    }

    @Override
    public void onDetached(DetachReason reason) {
        synchronized (monitor) {
            watch("detach for " + reason);
            detachReason = reason;
            monitor.notifyAll();
        }
    }

    /** To be told before a test settles by itself, so that the id counts as free again. */
    void settling(int deliveryId) {
        synchronized (monitor) {
            unsettled.remove(deliveryId);
        }
    }

    private void watch(String what) {
        rule(lane.inLane(), what + " on thread " + Thread.currentThread().getName() + " instead of the lane's");
        rule(detachReason == null, what + " after the detach for " + detachReason);
    }

    private void rule(boolean kept, String otherwise) {
        if (!kept) {
            violations.add(otherwise);
        }
    }

    /** All so far, in order. */
    public List<Delivery> deliveries() {
        synchronized (monitor) {
            return List.copyOf(deliveries);
        }
    }

    public List<String> payloads() {
        return Deliveries.payloads(deliveries());
    }

    /** Ids of {@link #onReleased}, in order. */
    public List<Integer> released() {
        synchronized (monitor) {
            return List.copyOf(released);
        }
    }

    /** Calls of {@link #onTurnEnd}. */
    public int turns() {
        synchronized (monitor) {
            return turns;
        }
    }

    /** Null while the session is this subscriber's. */
    public @Nullable DetachReason detachReason() {
        synchronized (monitor) {
            return detachReason;
        }
    }

    /** Rules of {@link Subscriber} that the transport broke. */
    public List<String> violations() {
        synchronized (monitor) {
            return List.copyOf(violations);
        }
    }

    /** Waits for at least so many deliveries, and gives all there are. */
    public List<Delivery> awaitCount(int count) {
        await(() -> deliveries.size() >= count, count + " deliveries");
        return deliveries();
    }

    /** Waits for as many deliveries as there are texts, and compares them in order. */
    public List<Delivery> awaitPayloads(String... expected) {
        return awaitPayloads(List.of(expected));
    }

    public List<Delivery> awaitPayloads(List<String> expected) {
        List<Delivery> all = awaitCount(expected.size());
        assertThat(Deliveries.payloads(all)).containsExactlyElementsOf(expected);
        return all;
    }

    public void awaitFence(String payload) {
        await(() -> fencesSeen.contains(payload), "the fence " + payload);
    }

    public void awaitReleased(int deliveryId) {
        await(() -> released.contains(deliveryId), "the release of " + deliveryId);
    }

    public void awaitDetached(DetachReason reason) {
        await(() -> detachReason != null, "the detach for " + reason);
        assertThat(detachReason()).isEqualTo(reason);
    }

    /** The condition is looked at under the recorder's own lock, whenever something came. */
    private void await(BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (monitor) {
            while (!condition.getAsBoolean()) {
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    throw new AssertionError("no " + what + " within " + patience + "; got " + deliveries.size()
                            + " deliveries " + Deliveries.shorten(deliveries) + ", released " + released
                            + ", detached " + detachReason + ", violations " + violations);
                }
                try {
                    monitor.wait(millis);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("interrupted while waiting for " + what, e);
                }
            }
        }
    }
}
