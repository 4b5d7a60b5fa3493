package io.signalbox.transports.composite;

import io.signalbox.message.Message;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Health;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Another transport, but for what a test overrides. */
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
