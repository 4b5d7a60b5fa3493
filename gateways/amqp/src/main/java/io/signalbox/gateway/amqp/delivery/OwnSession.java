package io.signalbox.gateway.amqp.delivery;

import io.netty.channel.EventLoop;
import io.signalbox.gateway.listener.EventLoopLane;
import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A session that one link has for itself. Owned by the connection's loop, which is its lane. Hot path. */
public final class OwnSession implements DeliverySource, Subscriber {
    /** A transport that has nothing need not have a turn to say so. */
    private static final int DRAIN_MILLIS = 100;

    private final DeliveryTarget target;
    private final EventLoop loop;
    private @Nullable Session session;
    private boolean detached;
    private boolean left;
    private int limit;
    private int handed;

    /** 0: none. */
    private int drain;

    private OwnSession(DeliveryTarget target, EventLoop loop) {
        this.target = target;
        this.loop = loop;
    }

    /**
     * Opens the session and subscribes.
     *
     * @return completes on the loop, before the first delivery; fails with a SignalboxException
     */
    public static CompletionStage<DeliverySource> open(
            Transport transport, Subscription subscription, DeliveryTarget target, EventLoop loop) {
        OwnSession own = new OwnSession(target, loop);
        EventLoopLane lane = new EventLoopLane(loop);
        CompletionStage<Session> subscribed = Stages.onLane(transport.open(subscription.options(), lane, own), lane)
                .thenCompose(session -> {
                    session.writable(false); // until the link has credit
                    own.session = session;
                    return Stages.subscribe(session, subscription);
                });
        return Stages.onLane(subscribed.<DeliverySource>thenApply(session -> own), lane);
    }

    private @Nullable Session present() {
        return detached ? null : session;
    }

    private boolean mayHand() {
        return limit - handed > 0;
    }

    @Override
    public void limit(int handedOverMax) {
        limit = handedOverMax;
        tell();
    }

    private void tell() {
        Session s = present();
        if (s != null) {
            s.writable(mayHand());
        }
    }

    @Override
    public void drain(int number) {
        drain = number;
        tell();
        loop.schedule(
                () -> {
                    if (drain == number) {
                        drained();
                    }
                },
                DRAIN_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    @Override
    public void cancelDrain() {
        drain = 0;
    }

    /** If so: while the transport still reads what is there, another turn follows. */
    private void drained() {
        Session s = present();
        if (drain == 0 || left || mayHand() && s != null && !s.exhausted()) {
            return;
        }
        int number = drain;
        drain = 0;
        limit = handed;
        tell();
        target.onDrained(number);
    }

    @Override
    public void settle(int deliveryId, Settlement settlement) {
        Session s = present();
        if (s != null) {
            s.settle(deliveryId, settlement);
        }
    }

    @Override
    public void leave(boolean clean, boolean forget) {
        Session s = present();
        left = true;
        session = null;
        if (s == null) {
            return;
        }
        if (forget) {
            s.remove();
        } else {
            s.detach(clean);
        }
    }

    @Override
    public void onDelivery(
            int deliveryId,
            Message message,
            Match match,
            int deliveryCount,
            boolean redelivered,
            boolean fromRetained) {
        handed++;
        Session s = present();
        if (!mayHand() && s != null) {
            s.writable(false);
        }
        if (!left) {
            target.onDelivery(deliveryId, message, deliveryCount, redelivered);
        }
    }

    @Override
    public void onReleased(int deliveryId) {
        // Only for exactly once, which nobody subscribes with here.
    }

    @Override
    public void onTurnEnd() {
        if (!left) {
            target.onTurnEnd();
            drained();
        }
    }

    @Override
    public void onDetached(DetachReason reason) {
        detached = true;
        if (!left) {
            target.onEnded(reason);
        }
    }
}
