package io.signalbox.transports.jdbc.outbox;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.Capabilities;
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
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Refuses some payloads, or answers nothing, and hands all else to another. */
final class PickyTransport implements Transport {
    final Set<String> refused = ConcurrentHashMap.newKeySet();
    volatile boolean answersNothing;
    private final Transport inner;

    PickyTransport(Transport inner) {
        this.inner = inner;
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
        if (answersNothing) {
            return;
        }
        if (refused.contains(message.payloadText())) {
            callback.refused(context, new Refusal(ReasonCode.BUSY, "on purpose"));
        } else {
            inner.publish(message, callback, context);
        }
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
    public void close() {}
}
