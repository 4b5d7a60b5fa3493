package io.signalbox.gateway.amqp.delivery;

import io.netty.channel.EventLoop;
import io.signalbox.message.Message;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber.DetachReason;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One link's part in a shared session. What the link calls comes on the link's loop and is carried to the session's, whose
 * lane the rest belongs to. Hot path.
 */
final class SharedMember implements DeliverySource {
    /** A transport that has nothing need not have a turn to say so. */
    private static final int DRAIN_MILLIS = 100;

    private final SharedSession session;
    private final @Nullable DeliveryTarget target;
    private final EventLoop loop;

    /** On the way to the link's loop. */
    private final Batches<Handed> onTheWay;

    /** On the way to the session's lane. */
    private final Batches<Settled> settled;

    private int limit;
    private int handed;

    /** 0: none. */
    private int drain;

    private record Handed(int deliveryId, Message message, int deliveryCount, boolean redelivered) {}

    private record Settled(int deliveryId, Settlement settlement) {}

    SharedMember(SharedSession session, @Nullable DeliveryTarget target, EventLoop loop) {
        this.session = session;
        this.target = target;
        this.loop = loop;
        // Also on the session's own loop: the link must not answer in the middle of a hand-over.
        this.onTheWay = new Batches<>(loop, this::deliver, this::delivered);
        this.settled = new Batches<>(session::execute, this::settle, () -> {});
    }

    boolean hasCredit() {
        return limit - handed > 0;
    }

    void hand(int deliveryId, Message message, int deliveryCount, boolean redelivered) {
        handed++;
        if (target != null) {
            onTheWay.add(new Handed(deliveryId, message, deliveryCount, redelivered));
        }
    }

    /** On the link's loop. */
    private void deliver(Handed one) {
        DeliveryTarget to = target;
        if (to != null) {
            to.onDelivery(one.deliveryId, one.message, one.deliveryCount, one.redelivered);
        }
    }

    private void delivered() {
        DeliveryTarget to = target;
        if (to != null) {
            to.onTurnEnd();
        }
    }

    /** If so: while the transport still reads what is there, another turn follows. */
    void drained() {
        if (drain == 0 || hasCredit() && !session.exhausted()) {
            return;
        }
        int number = drain;
        drain = 0;
        limit = handed;
        tell(to -> to.onDrained(number));
    }

    void ended(DetachReason reason) {
        tell(to -> to.onEnded(reason));
    }

    private void tell(Consumer<DeliveryTarget> what) {
        DeliveryTarget to = target;
        if (to != null) {
            loop.execute(() -> what.accept(to));
        }
    }

    @Override
    public void limit(int handedOverMax) {
        session.run(() -> {
            limit = handedOverMax;
            session.granted();
        });
    }

    @Override
    public void drain(int number) {
        session.run(() -> {
            drain = number;
            session.granted();
            session.look();
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
        if (session.inLane()) {
            session.settle(this, deliveryId, settlement);
        } else {
            settled.add(new Settled(deliveryId, settlement));
        }
    }

    private void settle(Settled one) {
        session.settle(this, one.deliveryId, one.settlement);
    }

    @Override
    public void leave(boolean clean, boolean forget) {
        session.run(() -> {
            limit = handed;
            session.leave(this, forget);
        });
    }
}
