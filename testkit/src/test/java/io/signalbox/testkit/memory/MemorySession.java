package io.signalbox.testkit.memory;

import io.signalbox.message.Message;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One connection to a seat: hands everything to the transport. */
final class MemorySession implements Session {
    final MemoryTransport transport;
    final Seat seat;
    final Lane lane;
    final Subscriber subscriber;
    private final boolean resumed;
    boolean writable = true;

    MemorySession(MemoryTransport transport, Seat seat, Lane lane, Subscriber subscriber, boolean resumed) {
        this.transport = transport;
        this.seat = seat;
        this.lane = lane;
        this.subscriber = subscriber;
        this.resumed = resumed;
    }

    boolean attached() {
        return seat.owner == this;
    }

    @Override
    public String name() {
        return seat.options.name();
    }

    @Override
    public boolean resumed() {
        return resumed;
    }

    @Override
    public void publish(Message message, int tag, PublishCallback callback, long context) {
        transport.publish(message, seat, tag, callback, context);
    }

    @Override
    public void forget(int tag, PublishCallback callback, long context) {
        transport.forget(seat, tag, callback, context);
    }

    @Override
    public CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> specs) {
        return CompletableFuture.completedFuture(transport.subscribe(this, specs));
    }

    @Override
    public CompletionStage<List<Boolean>> unsubscribe(List<Target> targets) {
        synchronized (transport.disk) {
            return CompletableFuture.completedFuture(targets.stream()
                    .map(target -> seat.subscriptions.remove(target) != null)
                    .toList());
        }
    }

    @Override
    public void settle(int deliveryId, Settlement settlement) {
        transport.settling.settle(this, deliveryId, settlement);
    }

    @Override
    public void received(int deliveryId) {
        transport.settling.received(this, deliveryId);
    }

    @Override
    public void extend(int deliveryId) {
        transport.settling.extend(this, deliveryId);
    }

    @Override
    public void writable(boolean now) {
        synchronized (transport.disk) {
            writable = now;
            transport.outlet.pump(seat);
        }
    }

    @Override
    public void expiry(Duration expiry) {
        synchronized (transport.disk) {
            seat.options = seat.options.withExpiry(expiry);
        }
    }

    @Override
    public void detach(boolean clean) {
        transport.detach(this);
    }

    @Override
    public CompletionStage<Void> remove() {
        transport.remove(seat);
        return CompletableFuture.completedFuture(null);
    }
}
