package io.signalbox.transport;

import io.signalbox.message.Message;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Another session, but for what a subclass does otherwise. */
public abstract class ForwardingSession implements Session {
    private final Session session;

    protected ForwardingSession(Session session) {
        this.session = session;
    }

    protected final Session session() {
        return session;
    }

    @Override
    public String name() {
        return session.name();
    }

    @Override
    public boolean resumed() {
        return session.resumed();
    }

    @Override
    public void publish(Message message, int tag, PublishCallback callback, long context) {
        session.publish(message, tag, callback, context);
    }

    @Override
    public void forget(int tag, PublishCallback callback, long context) {
        session.forget(tag, callback, context);
    }

    @Override
    public CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> specs) {
        return session.subscribe(specs);
    }

    @Override
    public CompletionStage<List<Boolean>> unsubscribe(List<Target> targets) {
        return session.unsubscribe(targets);
    }

    @Override
    public CompletionStage<Optional<List<Target>>> subscriptions() {
        return session.subscriptions();
    }

    @Override
    public long lostCount() {
        return session.lostCount();
    }

    @Override
    public void settle(int deliveryId, Settlement settlement) {
        session.settle(deliveryId, settlement);
    }

    @Override
    public void received(int deliveryId) {
        session.received(deliveryId);
    }

    @Override
    public void extend(int deliveryId) {
        session.extend(deliveryId);
    }

    @Override
    public void writable(boolean writable) {
        session.writable(writable);
    }

    @Override
    public boolean exhausted() {
        return session.exhausted();
    }

    @Override
    public void expiry(Duration expiry) {
        session.expiry(expiry);
    }

    @Override
    public void detach(boolean clean) {
        session.detach(clean);
    }

    @Override
    public CompletionStage<Void> remove() {
        return session.remove();
    }
}
