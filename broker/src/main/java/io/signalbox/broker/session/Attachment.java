package io.signalbox.broker.session;

import io.signalbox.message.Message;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One connection's hold on a session. While it is the current one, the session takes its turns on this lane, so the
 * methods that are called on the lane may touch the session; once another took over, they do nothing.
 */
final class Attachment implements Session {
    private final BrokerSession session;
    final Lane lane;
    final Subscriber subscriber;
    private final boolean resumed;

    Attachment(BrokerSession session, Lane lane, Subscriber subscriber, boolean resumed) {
        this.session = session;
        this.lane = lane;
        this.subscriber = subscriber;
        this.resumed = resumed;
    }

    @Override
    public String name() {
        return session.name();
    }

    @Override
    public boolean resumed() {
        return resumed;
    }

    @Override
    public void publish(Message message, int tag, PublishCallback callback, long context) {
        session.host().publish(session, message, tag, callback, context);
        session.host().floodgate().hold(this);
    }

    @Override
    public void forget(int tag, PublishCallback callback, long context) {
        session.host().forgetTag(session, tag, callback, context);
    }

    @Override
    public CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> specs) {
        return session.host().subscribe(session, specs);
    }

    @Override
    public CompletionStage<List<Boolean>> unsubscribe(List<Target> targets) {
        return session.host().unsubscribe(session, targets);
    }

    @Override
    public CompletionStage<Optional<List<Target>>> subscriptions() {
        return session.host().subscriptions(session);
    }

    @Override
    public long lostCount() {
        return session.lostCount();
    }

    @Override
    public void settle(int deliveryId, Settlement settlement) {
        onLane(() -> session.settling().settle(deliveryId, settlement));
    }

    @Override
    public void received(int deliveryId) {
        onLane(() -> session.settling().received(deliveryId));
    }

    @Override
    public void extend(int deliveryId) {
        onLane(() -> session.settling().extend(deliveryId));
    }

    @Override
    public void writable(boolean writable) {
        onLane(() -> session.writable(writable));
    }

    @Override
    public boolean exhausted() {
        return !lane.inLane() || session.attachment() != this || session.exhausted();
    }

    @Override
    public void expiry(Duration expiry) {
        onLane(() -> session.expiry(expiry));
    }

    @Override
    public void detach(boolean clean) {
        onLane(() -> session.detach(clean));
    }

    @Override
    public CompletionStage<Void> remove() {
        return session.host().remove(session);
    }

    /** A caller from elsewhere is forgiven: its call is carried to the lane. */
    private void onLane(Runnable action) {
        if (!lane.inLane()) {
            lane.execute(() -> onLane(action));
        } else if (session.attachment() == this) {
            action.run();
        }
    }
}
