package io.signalbox.transport;

import io.signalbox.message.Message;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Another transport, but for what a subclass does otherwise. */
public abstract class ForwardingTransport implements Transport {
    private final Transport inner;

    protected ForwardingTransport(Transport inner) {
        this.inner = inner;
    }

    protected final Transport inner() {
        return inner;
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public Capabilities capabilities() {
        return inner.capabilities();
    }

    @Override
    public Health health() {
        return inner.health();
    }

    @Override
    public Guarantees guarantees() {
        return inner.guarantees();
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        inner.publish(message, callback, context);
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        return inner.open(options, lane, subscriber);
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        return inner.read(request, visitor);
    }

    @Override
    public void close() {
        inner.close();
    }
}
