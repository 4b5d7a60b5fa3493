package io.signalbox.transports.composite;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.ForwardingTransport;
import io.signalbox.transport.Health;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A transport that a test switches off and on. What was published to it is recorded as it was taken. */
public class SwitchedTransport extends ForwardingTransport {
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
        TOO_LARGE,
        /** A library that it needs is not there. */
        BROKEN
    }

    private final List<Message> taken = new CopyOnWriteArrayList<>();
    private final List<String> opened = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable ReasonCode> refusedNext = new AtomicReference<>();
    private volatile Mode mode = Mode.UP;
    private volatile ReasonCode reason = ReasonCode.BUSY;
    private volatile @Nullable Durability durability;

    public SwitchedTransport(Transport inner) {
        super(inner);
    }

    public void mode(Mode now) {
        reason = ReasonCode.BUSY;
        mode = now;
    }

    /** Refuses all that comes, in good health. */
    public void refuse(ReasonCode with) {
        reason = with;
        mode = Mode.REFUSING;
    }

    /** The next one alone is refused. */
    public void refuseNext(ReasonCode with) {
        refusedNext.set(with);
    }

    /** What it says of itself from now on. */
    public void durability(Durability now) {
        durability = now;
    }

    /** Names of sessions, as often as they were opened. */
    public List<String> opened() {
        return opened;
    }

    public List<Message> taken() {
        return taken;
    }

    public List<String> takenTexts() {
        return taken.stream().map(Message::payloadText).toList();
    }

    @Override
    public Capabilities capabilities() {
        Capabilities of = inner().capabilities();
        Durability said = durability;
        return said == null ? of : new Capabilities(of.features(), said, of.payloadBytesMax());
    }

    @Override
    public Health health() {
        return mode == Mode.DOWN ? new Health(Health.Status.DOWN, "switched off") : inner().health();
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        ReasonCode once = mode == Mode.UP ? refusedNext.getAndSet(null) : null;
        if (once != null) {
            callback.refused(context, new Refusal(once, "refused once"));
            return;
        }
        switch (mode) {
            case UP -> {
                taken.add(message);
                inner().publish(message, callback, context);
            }
            case DOWN, REFUSING -> callback.refused(context, new Refusal(reason, "switched off"));
            case SILENT -> {
                taken.add(message);
                inner().publish(message, PublishCallback.IGNORE, context);
            }
            case HANGING -> {}
            case BROKEN -> throw new NoClassDefFoundError("on purpose");
            case TOO_LARGE -> callback.refused(context, new Refusal(ReasonCode.PAYLOAD_TOO_LARGE, "on purpose"));
        }
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        if (mode != Mode.DOWN) {
            opened.add(options.name());
        }
        return mode == Mode.DOWN
                ? CompletableFuture.failedFuture(new Refusal(ReasonCode.BUSY, "switched off").toException())
                : inner().open(options, lane, subscriber);
    }
}
