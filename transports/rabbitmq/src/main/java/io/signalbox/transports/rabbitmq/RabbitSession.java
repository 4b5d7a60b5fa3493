package io.signalbox.transports.rabbitmq;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transports.delivery.Arrival;
import io.signalbox.transports.delivery.DeadReason;
import io.signalbox.transports.delivery.MailboxSession;
import io.signalbox.transports.delivery.Subscriptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One owner of a session: what its client asks goes to the mailbox, or in order to {@link Attachment}. */
final class RabbitSession extends MailboxSession<Inbound> {
    private final RabbitMqTransport transport;
    private final Sessions sessions;
    private final Attachment attachment;
    private final AtomicInteger writableTurns = new AtomicInteger();

    RabbitSession(
            RabbitMqTransport transport,
            Sessions sessions,
            ConsumeLines line,
            SessionOptions options,
            Lane lane,
            Subscriber subscriber) {
        super(
                options,
                lane,
                subscriber,
                transport.time(),
                transport.config().delivery().attemptsMax(),
                transport.counters());
        this.transport = transport;
        this.sessions = sessions;
        attachment = new Attachment(transport, this, line, options, new Subscriptions(), mailbox());
    }

    // For the mailbox: acknowledgements and dead letters

    @Override
    public void done(Inbound handle) {
        handle.channel().settled(handle.open());
    }

    @Override
    public void dead(Inbound handle, Arrival<Inbound> arrival, DeadReason reason, String detail) {
        transport.deadLetters().add(handle, reason, detail, name(), arrival.deliveryCount());
    }

    @Override
    public void flush() {
        attachment.flush();
    }

    // For the sessions

    Attachment attachment() {
        return attachment;
    }

    /** The connection it consumes on is gone. */
    void lineIsLost() {
        attachment.lost();
    }

    void lineIsBack() {
        sessions.inOrder(name(), () -> {
            attachment.reestablish();
            return true;
        });
    }

    // Session

    @Override
    public void publish(Message message, int tag, PublishCallback callback, long context) {
        if (!mailbox().attached()) {
            callback.refused(context, sessions.endOf(this));
            return;
        }
        transport.publish(message, Names.bounded(name()), tag, callback, context);
    }

    @Override
    public CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> specs) {
        return sessions.inOrder(name(), () -> {
            List<@Nullable Refusal> results = new ArrayList<>();
            List<FilterSpec> accepted = new ArrayList<>();
            for (FilterSpec spec : specs) {
                Refusal refusal = refuse(spec);
                results.add(refusal);
                if (refusal == null) {
                    accepted.add(spec);
                }
            }
            demandAttached();
            attachment.subscribe(accepted);
            return results;
        });
    }

    private @Nullable Refusal refuse(FilterSpec spec) {
        Refusal refusal = transport.admission().refuse(spec);
        if (refusal == null) {
            try {
                Names.bindingKey(spec.filter());
            } catch (SignalboxException e) {
                refusal = new Refusal(e.reason(), String.valueOf(e.getMessage()));
            }
        }
        return refusal;
    }

    @Override
    public CompletionStage<List<Boolean>> unsubscribe(List<Target> targets) {
        return sessions.inOrder(name(), () -> {
            demandAttached();
            return attachment.unsubscribe(targets);
        });
    }

    @Override
    public CompletionStage<Optional<List<Target>>> subscriptions() {
        return CompletableFuture.completedFuture(Optional.of(attachment.subscriptions()));
    }

    private void demandAttached() {
        if (!mailbox().attached()) {
            throw new SignalboxException(ReasonCode.CLOSED, "session '" + name() + "' is not attached any more");
        }
    }

    @Override
    public void writable(boolean writable) {
        int turn = writableTurns.incrementAndGet();
        if (!writable || !mailbox().isAtBound()) {
            mailbox().writable(writable);
            return;
        }
        // What was confirmed to its publisher by now, and is on its way here, still counts for the bound.
        sessions.inOrder(name(), attachment::catchUp).whenComplete((done, failure) -> {
            if (writableTurns.get() == turn) {
                mailbox().writable(true);
            }
        });
    }

    @Override
    public void expiry(Duration expiry) {
        attachment.expiry(expiry);
    }

    @Override
    public void detach(boolean clean) {
        sessions.detach(this);
    }

    @Override
    public CompletionStage<Void> remove() {
        return sessions.remove(this);
    }
}
