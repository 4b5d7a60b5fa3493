package io.signalbox.transports.rabbitmq;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import io.signalbox.transports.delivery.Arrival;
import io.signalbox.transports.delivery.DeadReason;
import io.signalbox.transports.delivery.Mailbox;
import io.signalbox.transports.delivery.Settler;
import io.signalbox.transports.delivery.Subscriptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One owner of a session: what its client asks goes to the mailbox, or in order to {@link Attachment}. */
final class RabbitSession implements Session {
    private final RabbitMqTransport transport;
    private final Sessions sessions;
    private final SessionOptions options;
    private final Subscriptions subscriptions = new Subscriptions();
    private final Mailbox<Inbound> mailbox;
    private final Attachment attachment;
    private final AtomicInteger writableTurns = new AtomicInteger();
    private volatile boolean resumed;

    RabbitSession(
            RabbitMqTransport transport,
            Sessions sessions,
            ConsumeLines line,
            SessionOptions options,
            Lane lane,
            Subscriber subscriber) {
        this.transport = transport;
        this.sessions = sessions;
        this.options = options;
        mailbox = new Mailbox<>(
                options,
                lane,
                subscriber,
                new ToServer(),
                transport.time(),
                transport.config().delivery().attemptsMax(),
                transport.counters());
        attachment = new Attachment(transport, this, line, options, subscriptions, mailbox);
    }

    /** Acknowledgements and dead letters of this session. */
    private final class ToServer implements Settler<Inbound> {
        @Override
        public void done(Inbound handle) {
            handle.channel().settled(handle.open());
        }

        @Override
        public void dead(Inbound handle, Arrival<Inbound> arrival, DeadReason reason, String detail) {
            transport.deadLetters().add(handle, reason, detail, options.name(), arrival.deliveryCount());
        }

        @Override
        public void flush() {
            attachment.flush();
        }
    }

    Mailbox<Inbound> mailbox() {
        return mailbox;
    }

    Attachment attachment() {
        return attachment;
    }

    SessionOptions options() {
        return options;
    }

    void resumed(boolean is) {
        resumed = is;
    }

    /** The connection it consumes on is gone. */
    void lineIsLost() {
        attachment.lost();
    }

    void lineIsBack() {
        sessions.inOrder(options.name(), () -> {
            attachment.reestablish();
            return true;
        });
    }

    @Override
    public String name() {
        return options.name();
    }

    @Override
    public boolean resumed() {
        return resumed;
    }

    @Override
    public void publish(Message message, int tag, PublishCallback callback, long context) {
        if (!mailbox.attached()) {
            callback.refused(context, sessions.endOf(this));
            return;
        }
        transport.publish(message, Names.bounded(options.name()), tag, callback, context);
    }

    @Override
    public void forget(int tag, PublishCallback callback, long context) {
        callback.published(
                context, Receipt.Outcome.DUPLICATE, io.signalbox.transport.Durability.NONE, 0); // there are none
    }

    @Override
    public CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> specs) {
        return sessions.inOrder(options.name(), () -> {
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
        return sessions.inOrder(options.name(), () -> {
            demandAttached();
            return attachment.unsubscribe(targets);
        });
    }

    private void demandAttached() {
        if (!mailbox.attached()) {
            throw new SignalboxException(ReasonCode.CLOSED, "session '" + name() + "' is not attached any more");
        }
    }

    @Override
    public void settle(int deliveryId, Settlement settlement) {
        mailbox.settle(deliveryId, settlement);
    }

    @Override
    public void received(int deliveryId) {} // there is no exactly once

    @Override
    public void extend(int deliveryId) {
        mailbox.extend(deliveryId);
    }

    @Override
    public void writable(boolean writable) {
        int turn = writableTurns.incrementAndGet();
        if (!writable || !mailbox.isAtBound()) {
            mailbox.writable(writable);
            return;
        }
        // What was confirmed to its publisher by now, and is on its way here, still counts for the bound.
        sessions.inOrder(options.name(), attachment::catchUp).whenComplete((done, failure) -> {
            if (writableTurns.get() == turn) {
                mailbox.writable(true);
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
