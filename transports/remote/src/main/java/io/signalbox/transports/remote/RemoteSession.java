package io.signalbox.transports.remote;

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
import io.signalbox.transports.remote.wire.Delivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One owner of a session at the other server, which keeps its queue, its credit and its order. What fails and is to come
 * again waits here, unacknowledged.
 */
final class RemoteSession extends MailboxSession<Delivery> {
    private final RemoteTransport transport;
    private final LightRoom room;
    private final SessionLine line;

    RemoteSession(RemoteTransport transport, SessionOptions options, Lane lane, Subscriber subscriber) {
        super(options, lane, subscriber, transport.time(), transport.config().attemptsMax(), transport.counters());
        this.transport = transport;
        room = new LightRoom(transport.counters());
        line = new SessionLine(transport, options, mailbox(), room);
    }

    SessionLine line() {
        return line;
    }

    // For the mailbox

    @Override
    public void done(Delivery delivery) {
        if (delivery.packetId() == 0) {
            room.leave(delivery.message());
        } else {
            delivery.link().accept(delivery.packetId());
        }
    }

    @Override
    public void dead(Delivery delivery, Arrival<Delivery> arrival, DeadReason reason, String detail) {
        delivery.link().reject(delivery.packetId(), reason == DeadReason.MALFORMED, reason.text() + ": " + detail);
    }

    @Override
    public void flush() {} // what is settled goes with the loop's next turn

    // Session

    @Override
    public void publish(Message message, int tag, PublishCallback callback, long context) {
        Refusal refusal = mailbox().attached() ? transport.refuse(message, tag) : left();
        if (refusal != null) {
            callback.refused(context, refusal);
        } else {
            line.outbox().submit(transport.pending(message, callback, context, null));
        }
    }

    private Refusal left() {
        return new Refusal(ReasonCode.CLOSED, "session '" + name() + "' is not attached any more");
    }

    @Override
    public CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> specs) {
        return transport.sessions().inOrder(name(), () -> {
            demandAttached();
            List<@Nullable Refusal> results = new ArrayList<>();
            List<FilterSpec> accepted = new ArrayList<>();
            for (FilterSpec spec : specs) {
                Refusal refusal = transport.admission().refuse(spec);
                results.add(refusal);
                if (refusal == null) {
                    accepted.add(spec);
                }
            }
            List<@Nullable Refusal> answers = line.subscribe(accepted);
            int next = 0;
            for (int i = 0; i < results.size(); i++) {
                if (results.get(i) == null) {
                    results.set(i, answers.get(next++));
                }
            }
            return results;
        });
    }

    @Override
    public CompletionStage<List<Boolean>> unsubscribe(List<Target> targets) {
        return transport.sessions().inOrder(name(), () -> {
            demandAttached();
            return line.unsubscribe(targets);
        });
    }

    private void demandAttached() {
        if (!mailbox().attached()) {
            throw new SignalboxException(left().reason(), left().detail());
        }
    }

    @Override
    public void writable(boolean writable) {
        mailbox().writable(writable);
    }

    @Override
    public void expiry(Duration expiry) {
        line.expiry(expiry);
    }

    @Override
    public void detach(boolean clean) {
        transport.sessions().detach(this, clean);
    }

    @Override
    public CompletionStage<Void> remove() {
        return transport.sessions().remove(this);
    }
}
