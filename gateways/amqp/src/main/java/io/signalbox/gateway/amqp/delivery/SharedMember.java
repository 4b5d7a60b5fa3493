package io.signalbox.gateway.amqp.delivery;

import io.netty.channel.EventLoop;
import io.signalbox.message.Message;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber.DetachReason;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One link's part in a shared session. What the link calls comes on the link's loop and is carried to the session's; all
 * fields are the session's lane's.
 */
final class SharedMember implements DeliverySource {
    /** A transport that has nothing need not have a turn to say so. */
    private static final int DRAIN_MILLIS = 100;

    private final SharedSession session;
    private final @Nullable DeliveryTarget target;
    private final EventLoop loop;

    /** In which order it got what it has. */
    private final Map<Integer, Integer> orders = new HashMap<>();

    private int handed;
    private int credit;

    /** 0: none. */
    private int drain;

    private boolean turnHeard = true;

    SharedMember(SharedSession session, @Nullable DeliveryTarget target, EventLoop loop) {
        this.session = session;
        this.target = target;
        this.loop = loop;
    }

    boolean hasCredit() {
        return credit > 0;
    }

    int order(int deliveryId) {
        return orders.getOrDefault(deliveryId, 0);
    }

    void hand(int deliveryId, Message message, int deliveryCount, boolean redelivered) {
        credit--;
        turnHeard = false;
        if (deliveryId != 0) {
            orders.put(deliveryId, handed++);
        }
        tell(to -> to.onDelivery(deliveryId, message, deliveryCount, redelivered));
    }

    void turnEnded() {
        if (!turnHeard) {
            turnHeard = true;
            tell(DeliveryTarget::onTurnEnd);
        }
        drained();
    }

    /** If so: while the transport still reads what is there, another turn follows. */
    private void drained() {
        if (drain == 0 || credit > 0 && !session.exhausted()) {
            return;
        }
        int number = drain;
        int revoked = Math.max(0, credit);
        drain = 0;
        credit = 0;
        tell(to -> to.onDrained(number, revoked));
    }

    void ended(DetachReason reason) {
        tell(to -> to.onEnded(reason));
    }

    private void tell(Consumer<DeliveryTarget> what) {
        DeliveryTarget to = target;
        if (to != null) {
            // Also on the session's own loop: the link must not answer in the middle of a hand-over.
            loop.execute(() -> what.accept(to));
        }
    }

    @Override
    public void grant(int more) {
        session.run(() -> {
            credit += more;
            session.granted();
        });
    }

    @Override
    public void revoke() {
        session.run(() -> {
            credit = 0;
            session.writable();
        });
    }

    @Override
    public void drain(int number) {
        session.run(() -> {
            drain = number;
            session.granted();
        });
        loop.schedule(() -> session.run(() -> timeToDrain(number)), DRAIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void timeToDrain(int number) {
        if (drain == number) {
            drained();
            session.writable();
        }
    }

    @Override
    public void cancelDrain() {
        session.run(() -> drain = 0);
    }

    @Override
    public void settle(int deliveryId, Settlement settlement) {
        session.run(() -> {
            orders.remove(deliveryId);
            session.settle(this, deliveryId, settlement);
        });
    }

    @Override
    public void leave(boolean clean, boolean forget) {
        session.run(() -> {
            credit = 0;
            session.leave(this, forget);
        });
    }
}
