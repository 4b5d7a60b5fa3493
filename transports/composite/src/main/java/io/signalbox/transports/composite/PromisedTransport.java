package io.signalbox.transports.composite;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
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
import io.signalbox.transport.provider.Promise;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Stands for a member that is not open, where only its promises count. */
record PromisedTransport(String name, Promise promise) implements Transport {
    private static final Refusal NOT_OPEN = new Refusal(ReasonCode.CLOSED, "this transport is not open");
    private static final Message ANY = Message.to(Topic.ofMqtt("any")).build();

    @Override
    public Capabilities capabilities() {
        return promise.capabilities();
    }

    @Override
    public Guarantees guarantees() {
        return promise.guarantees(ANY);
    }

    @Override
    public Health health() {
        return new Health(Health.Status.DOWN, NOT_OPEN.detail());
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        callback.refused(context, NOT_OPEN);
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        return CompletableFuture.failedFuture(NOT_OPEN.toException());
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        return CompletableFuture.failedFuture(NOT_OPEN.toException());
    }

    @Override
    public void close() {
        // Nothing was opened.
    }
}
