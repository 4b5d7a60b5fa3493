package io.signalbox.configuration.hierarchy;

import io.signalbox.error.ReasonCode;
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
 * A transport that is still being opened, because its server neither answers nor refuses: DOWN, and busy to whoever
 * asks. Once it is open, all goes through to it.
 */
final class LateTransport implements Transport {
    private final String name;
    private final Capabilities expected;
    private final CompletableFuture<Transport> opening;

    /** @param expected what it will be able to do */
    LateTransport(String name, Capabilities expected, CompletableFuture<Transport> opening) {
        this.name = name;
        this.expected = expected;
        this.opening = opening;
    }

    /** Null while it is not open. */
    private @Nullable Transport arrived() {
        return opening.isDone() && !opening.isCompletedExceptionally() ? opening.join() : null;
    }

    private Refusal refusal() {
        return new Refusal(
                ReasonCode.BUSY,
                opening.isCompletedExceptionally()
                        ? name + " could not be opened: "
                                + opening.exceptionNow().getMessage()
                        : name + " is being opened, and its server does not answer");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Capabilities capabilities() {
        Transport transport = arrived();
        return transport == null ? expected : transport.capabilities();
    }

    @Override
    public Guarantees guarantees() {
        Transport transport = arrived();
        return transport == null ? Guarantees.of(expected) : transport.guarantees();
    }

    @Override
    public Health health() {
        Transport transport = arrived();
        return transport == null ? new Health(Health.Status.DOWN, refusal().detail()) : transport.health();
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        Transport transport = arrived();
        if (transport == null) {
            callback.refused(context, refusal());
        } else {
            transport.publish(message, callback, context);
        }
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        Transport transport = arrived();
        return transport == null
                ? CompletableFuture.failedFuture(refusal().toException())
                : transport.open(options, lane, subscriber);
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        Transport transport = arrived();
        return transport == null
                ? CompletableFuture.failedFuture(refusal().toException())
                : transport.read(request, visitor);
    }

    /** Also what is open only later. */
    @Override
    public void close() {
        opening.thenAccept(Transport::close);
    }
}
