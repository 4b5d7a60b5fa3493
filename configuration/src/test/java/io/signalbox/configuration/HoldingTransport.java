package io.signalbox.configuration;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.Durability;
import io.signalbox.transport.ForwardingTransport;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Keeps publishes for a server that is away, as clients of real ones do, and sends them when it is back. */
final class HoldingTransport extends ForwardingTransport {
    private final Duration hold;
    private final Supplier<Durability> gives;
    private final Set<Held> backlog = new LinkedHashSet<>();
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private boolean away;
    private int refused;

    /** One of a kind: two publishes are never equal. */
    private static final class Held {
        final Message message;
        final PublishCallback callback;
        final long context;

        Held(Message message, PublishCallback callback, long context) {
            this.message = message;
            this.callback = callback;
            this.context = context;
        }
    }

    /** @param gives what it says that a publish has reached, at most */
    HoldingTransport(Transport inner, Duration hold, Supplier<Durability> gives) {
        super(inner);
        this.gives = gives;
        this.hold = hold;
    }

    Duration hold() {
        return hold;
    }

    synchronized void leaves() {
        away = true;
    }

    /** What was kept goes first. */
    synchronized void isBack() {
        away = false;
        List<Held> kept = List.copyOf(backlog);
        backlog.clear();
        kept.forEach(this::send);
    }

    /** Publishes that were kept for as long as they may be. */
    synchronized int refused() {
        return refused;
    }

    /** What the server got, as often as it got it. */
    List<String> sent() {
        return sent;
    }

    private void send(Held held) {
        sent.add(held.message.payloadText());
        super.publish(held.message, new Lowered(held.callback), held.context);
    }

    private final class Lowered implements PublishCallback {
        private final PublishCallback callback;

        Lowered(PublishCallback callback) {
            this.callback = callback;
        }

        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
            Durability most = gives.get();
            callback.published(context, outcome, reached.atLeast(most) ? most : reached, sequence);
        }

        @Override
        public void refused(long context, Refusal refusal) {
            callback.refused(context, refusal);
        }
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        Held held = new Held(message, callback, context);
        synchronized (this) {
            if (!away) {
                send(held);
                return;
            }
            backlog.add(held);
        }
        CompletableFuture.delayedExecutor(hold.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> heldForTooLong(held));
    }

    private void heldForTooLong(Held held) {
        synchronized (this) {
            if (!backlog.remove(held)) {
                return;
            }
            refused++;
        }
        held.callback.refused(held.context, new Refusal(ReasonCode.BUSY, "away for " + hold));
    }
}
