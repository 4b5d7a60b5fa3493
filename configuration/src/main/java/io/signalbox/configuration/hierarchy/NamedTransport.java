package io.signalbox.configuration.hierarchy;

import io.signalbox.message.Message;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Guarantees;
import io.signalbox.transport.Health;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A transport as its users have it: under its configured name, held while it must not be used, and closed by whoever
 * opened it, not by them.
 */
public final class NamedTransport implements Transport {
    private final String name;
    private final Transport transport;
    private volatile @Nullable Refusal hold;

    public NamedTransport(String name, Transport transport) {
        this.name = name;
        this.transport = transport;
    }

    /** From now on everything is refused so; null: no longer. */
    public void hold(@Nullable Refusal refusal) {
        hold = refusal;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Capabilities capabilities() {
        return transport.capabilities();
    }

    /** DOWN while it is held, unless it is down already and says why. */
    @Override
    public Health health() {
        Refusal held = hold;
        Health own = transport.health();
        return held == null || own.status() == Health.Status.DOWN ? own : new Health(Health.Status.DOWN, held.detail());
    }

    @Override
    public Guarantees guarantees() {
        return transport.guarantees();
    }

    /** Of the transport alone, whether it is held or not. */
    Health ownHealth() {
        return transport.health();
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        Refusal held = hold;
        if (held == null) {
            transport.publish(message, callback, context);
        } else {
            callback.refused(context, held);
        }
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        Refusal held = hold;
        return held == null
                ? transport.open(options, lane, subscriber)
                : CompletableFuture.failedFuture(held.toException());
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        return transport.read(request, visitor);
    }

    /** Does nothing: it may have other users. */
    @Override
    public void close() {
        // Who opened it closes it.
    }
}
