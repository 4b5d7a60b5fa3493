package io.signalbox.bus.remote;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Match;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A session of a {@link LoopbackTransport}: its subscriptions, what waits while nobody is attached, and what is not
 * settled. Guarded by the transport.
 */
final class LoopbackSeat implements Session {
    private final LoopbackTransport transport;
    private final String name;
    private final List<FilterSpec> specs = new CopyOnWriteArrayList<>();
    private final List<Message> kept = new ArrayList<>();
    private final Map<Integer, Message> unsettled = new LinkedHashMap<>();
    private final Map<Integer, Message> released = new TreeMap<>();
    private @Nullable Lane lane;
    private @Nullable Subscriber subscriber;
    private boolean writable = true;
    private int lastId;

    LoopbackSeat(LoopbackTransport transport, String name) {
        this.transport = transport;
        this.name = name;
    }

    boolean isAttached() {
        return lane != null;
    }

    /** Deliveries that are with it, or are to be offered again. */
    int unsettledCount() {
        return unsettled.size() + released.size();
    }

    List<FilterSpec> specs() {
        return specs;
    }

    void end(Subscriber.DetachReason reason) {
        Subscriber was = Objects.requireNonNull(subscriber);
        Objects.requireNonNull(lane).execute(() -> was.onDetached(reason));
        lane = null;
        subscriber = null;
    }

    void offerReleased(UnaryOperator<List<Integer>> choice) {
        for (int id : choice.apply(List.copyOf(released.keySet()))) {
            Message message = Objects.requireNonNull(released.remove(id));
            unsettled.put(id, message);
            deliver(id, message, true);
        }
    }

    void attach(Lane to, Subscriber by) {
        if (subscriber != null) {
            end(Subscriber.DetachReason.TAKEN_OVER);
        }
        lane = to;
        subscriber = by;
        writable = true;
        offerKept();
    }

    private void offerKept() {
        List<Message> waiting = List.copyOf(kept);
        kept.clear();
        waiting.forEach(this::offer);
    }

    void offer(Message message) {
        if (lane == null || !writable) {
            kept.add(message);
            return;
        }
        int id = ++lastId;
        unsettled.put(id, message);
        deliver(id, message, false);
    }

    void deliver(int id, Message message, boolean again) {
        Subscriber to = Objects.requireNonNull(subscriber);
        Objects.requireNonNull(lane)
                .execute(() ->
                        to.onDelivery(id, message, Match.plain(Guarantee.AT_LEAST_ONCE), again ? 1 : 0, again, false));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean resumed() {
        return false;
    }

    @Override
    public void publish(Message message, int tag, PublishCallback callback, long context) {
        transport.publish(message, this, callback, context);
    }

    @Override
    public void forget(int tag, PublishCallback callback, long context) {}

    @Override
    public CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> more) {
        transport.faults.beforeSubscribing();
        List<@Nullable Refusal> results = new ArrayList<>();
        synchronized (transport) {
            for (FilterSpec spec : more) {
                specs.removeIf(same ->
                        same.filter().equals(spec.filter()) && Objects.equals(same.shareGroup(), spec.shareGroup()));
                specs.add(spec);
                results.add(null);
                transport.retained().stream()
                        .filter(message -> spec.filter().matches(message.topic()))
                        .forEach(this::offer);
            }
        }
        return CompletableFuture.completedFuture(results);
    }

    @Override
    public CompletionStage<List<Boolean>> unsubscribe(List<Target> targets) {
        transport.faults.beforeUnsubscribing();
        List<Boolean> there = new ArrayList<>();
        for (Target target : targets) {
            there.add(specs.removeIf(spec -> spec.filter().equals(target.filter())));
        }
        return CompletableFuture.completedFuture(there);
    }

    @Override
    public void settle(int deliveryId, Settlement settlement) {
        synchronized (transport) {
            Message message = unsettled.get(deliveryId);
            if (message == null) {
                return;
            }
            transport.settlements.add(settlement);
            if (settlement instanceof Settlement.Modified) {
                deliver(deliveryId, message, true);
            } else if (settlement instanceof Settlement.Released(Duration delay) && !delay.isZero()) {
                unsettled.remove(deliveryId);
                released.put(deliveryId, message);
            } else {
                unsettled.remove(deliveryId);
            }
        }
    }

    @Override
    public void received(int deliveryId) {}

    @Override
    public void extend(int deliveryId) {}

    @Override
    public void writable(boolean value) {
        synchronized (transport) {
            writable = value;
            if (value) {
                offerKept();
            }
        }
    }

    @Override
    public void expiry(Duration expiry) {}

    @Override
    public void detach(boolean clean) {
        synchronized (transport) {
            lane = null;
            subscriber = null;
            kept.addAll(handOver());
        }
    }

    @Override
    public CompletionStage<Void> remove() {
        synchronized (transport) {
            transport.forget(name);
            handOver();
        }
        return CompletableFuture.completedFuture(null);
    }

    /** @return what there is nobody else for */
    private List<Message> handOver() {
        List<Message> left = new ArrayList<>(unsettled.values());
        unsettled.clear();
        left.removeIf(message -> transport.share(
                message,
                transport.seats().stream()
                        .filter(seat -> seat != this && seat.isAttached() && seat.sharesIn(message))
                        .toList()));
        return left;
    }

    private boolean sharesIn(Message message) {
        return specs.stream()
                .anyMatch(spec -> spec.shareGroup() != null && spec.filter().matches(message.topic()));
    }
}
