package io.signalbox.benchmarks.stores;

import io.signalbox.message.Message;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Takes everything at once while it is up. */
final class Sink implements Transport {
    private static final Health DOWN = new Health(Health.Status.DOWN, "switched off");

    final AtomicLong taken = new AtomicLong();
    volatile boolean up;

    Sink(boolean up) {
        this.up = up;
    }

    @Override
    public String name() {
        return "sink";
    }

    @Override
    public Capabilities capabilities() {
        return Capabilities.of(Durability.SYNCED, 1 << 20, Capabilities.Feature.ORDERED);
    }

    @Override
    public Health health() {
        return up ? Health.UP : DOWN;
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        taken.incrementAndGet();
        callback.published(context, Outcome.ROUTED, Durability.SYNCED, 0);
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("a sink"));
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("a sink"));
    }

    @Override
    public void close() {}
}
