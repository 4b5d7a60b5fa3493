package io.signalbox.configuration.hierarchy;

import io.signalbox.message.Message;
import io.signalbox.transport.ForwardingSession;
import io.signalbox.transport.ForwardingTransport;
import io.signalbox.transport.Health;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A transport that takes nothing while it is held, and is DOWN. It stands next to the engine: a spool before it keeps what
 * comes, and does not drain into it.
 */
final class HeldTransport extends ForwardingTransport {
    private volatile @Nullable Refusal hold;

    /** @param hold from the beginning; null: it is not held */
    HeldTransport(Transport transport, @Nullable Refusal hold) {
        super(transport);
        this.hold = hold;
    }

    /** From now on everything is refused so; null: no longer. */
    void hold(@Nullable Refusal refusal) {
        hold = refusal;
    }

    /** Of the transport alone, whether it is held or not. */
    Health ownHealth() {
        return inner().health();
    }

    /** DOWN while it is held, unless it is down already and says why. */
    @Override
    public Health health() {
        Refusal held = hold;
        Health own = inner().health();
        return held == null || own.status() == Health.Status.DOWN ? own : new Health(Health.Status.DOWN, held.detail());
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        Refusal held = hold;
        if (held == null) {
            inner().publish(message, callback, context);
        } else {
            callback.refused(context, held);
        }
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        Refusal held = hold;
        return held == null
                ? inner().open(options, lane, subscriber).thenApply(HeldSession::new)
                : CompletableFuture.failedFuture(held.toException());
    }

    private final class HeldSession extends ForwardingSession {
        HeldSession(Session session) {
            super(session);
        }

        @Override
        public void publish(Message message, int tag, PublishCallback callback, long context) {
            Refusal held = hold;
            if (held == null) {
                super.publish(message, tag, callback, context);
            } else {
                callback.refused(context, held);
            }
        }
    }
}
