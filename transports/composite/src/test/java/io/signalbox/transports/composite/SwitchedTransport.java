package io.signalbox.transports.composite;

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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A transport that a test switches off and on. What was published to it is recorded as it was taken. */
public final class SwitchedTransport implements Transport {
    /** What happens to publishes. */
    public enum Mode {
        UP,
        /** Refuses, and says that it is down. */
        DOWN,
        /** Refuses as a server that went away a moment ago: its health does not know yet. */
        REFUSING,
        /** Takes the message and never answers: the connection was cut at the worst moment. */
        SILENT,
        /** Neither takes nor answers. */
        HANGING,
        /** Never takes such a message. */
        TOO_LARGE
    }

    private final Transport inner;
    private final List<Message> taken = new CopyOnWriteArrayList<>();
    private volatile Mode mode = Mode.UP;

    public SwitchedTransport(Transport inner) {
        this.inner = inner;
    }

    public void mode(Mode now) {
        mode = now;
    }

    public List<Message> taken() {
        return taken;
    }

    public List<String> takenTexts() {
        return taken.stream().map(Message::payloadText).toList();
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
        return mode == Mode.DOWN ? new Health(Health.Status.DOWN, "switched off") : inner.health();
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        switch (mode) {
            case UP -> {
                taken.add(message);
                inner.publish(message, callback, context);
            }
            case DOWN, REFUSING -> callback.refused(context, new Refusal(ReasonCode.BUSY, "switched off"));
            case SILENT -> {
                taken.add(message);
                inner.publish(message, PublishCallback.IGNORE, context);
            }
            case HANGING -> {}
            case TOO_LARGE -> callback.refused(context, new Refusal(ReasonCode.PAYLOAD_TOO_LARGE, "on purpose"));
        }
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        return mode == Mode.DOWN
                ? CompletableFuture.failedFuture(new Refusal(ReasonCode.BUSY, "switched off").toException())
                : inner.open(options, lane, subscriber);
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
