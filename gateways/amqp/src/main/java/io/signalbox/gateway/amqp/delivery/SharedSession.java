package io.signalbox.gateway.amqp.delivery;

import io.netty.channel.EventLoop;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.listener.EventLoopLane;
import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One session whose deliveries go to whichever of its links has credit, in turns: a queue, or a shared subscription. It
 * lives from the first link to the last; what a durable one keeps meanwhile, the transport keeps. Owned by the loop of
 * the first link; members on other loops post.
 */
final class SharedSession implements Subscriber {
    /**
     * Who wants in.
     *
     * @param target null: only wants the session to exist
     */
    record Entrant(@Nullable DeliveryTarget target, EventLoop loop, CompletableFuture<DeliverySource> joined) {
        void fail(SignalboxException why) {
            loop.execute(() -> joined.completeExceptionally(why));
        }
    }

    private record Waiting(int deliveryId, Message message, int deliveryCount, boolean redelivered) {}

    private final Transport transport;
    private final Subscription subscription;
    private final EventLoopLane lane;
    private final SharedSessions registry;

    /** Before the session is open. */
    private final List<Entrant> entrants = new ArrayList<>();

    private final List<SharedMember> members = new ArrayList<>();
    private final Owners owners = new Owners();

    /** Handed out by the transport after the last credit was used up. */
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    private @Nullable Session session;

    /** What the session was told last. */
    private boolean writable;

    private boolean opening;
    private boolean ended;
    private int turn;

    SharedSession(Transport transport, Subscription subscription, EventLoop loop, SharedSessions registry) {
        this.transport = transport;
        this.subscription = subscription;
        this.lane = new EventLoopLane(loop);
        this.registry = registry;
    }

    boolean inLane() {
        return lane.inLane();
    }

    void execute(Runnable task) {
        lane.execute(task);
    }

    void run(Runnable task) {
        if (lane.inLane()) {
            task.run();
        } else {
            lane.execute(task);
        }
    }

    void join(Subscription wanted, Entrant entrant) {
        run(() -> {
            if (ended) {
                registry.joinAnother(wanted, entrant);
                return;
            }
            SignalboxException mismatch = mismatch(wanted);
            if (mismatch != null) {
                entrant.fail(mismatch);
            } else if (session != null) {
                admit(entrant);
            } else {
                entrants.add(entrant);
                open();
            }
        });
    }

    /** Whoever joins gets what the others would: it must be his, and what he asked for. */
    private @Nullable SignalboxException mismatch(Subscription wanted) {
        if (!subscription.belongsTo(wanted.principal())) {
            return new SignalboxException(
                    ReasonCode.NOT_AUTHORIZED, "the shared subscription belongs to another user; use another name");
        }
        if (!wanted.filter().filter().equals(subscription.filter().filter())) {
            return new SignalboxException(
                    ReasonCode.FILTER_INVALID,
                    "the shared subscription is in use with the address '"
                            + subscription.filter().filter() + "'; use that, or another name");
        }
        if (!wanted.expiry().equals(subscription.expiry())) {
            return new SignalboxException(
                    ReasonCode.FILTER_INVALID,
                    "the shared subscription is in use with another expiry; use that, or another name");
        }
        return null;
    }

    private void open() {
        if (!opening) {
            opening = true;
            CompletionStage<Session> subscribed = Stages.onLane(
                            transport.open(subscription.options(), lane, this), lane)
                    .thenCompose(opened -> {
                        opened.writable(false); // until a member has credit
                        return Stages.subscribe(opened, subscription);
                    });
            Stages.onLane(subscribed, lane).whenComplete(this::onOpened);
        }
    }

    private void onOpened(@Nullable Session opened, @Nullable Throwable error) {
        if (opened == null || ended) {
            over();
            SignalboxException why = error == null
                    ? new SignalboxException(ReasonCode.SESSION_TAKEN_OVER, "the session was taken over")
                    : Stages.cause(error);
            entrants.forEach(entrant -> entrant.fail(why));
            entrants.clear();
            return;
        }
        session = opened;
        entrants.forEach(this::admit);
        entrants.clear();
        leaveIfEmpty();
    }

    private void admit(Entrant entrant) {
        SharedMember member = new SharedMember(this, entrant.target(), entrant.loop());
        if (entrant.target() != null) {
            members.add(member);
        }
        entrant.loop().execute(() -> entrant.joined().complete(member));
    }

    private void over() {
        ended = true;
        registry.ended(subscription.sessionName(), this);
    }

    private void leaveIfEmpty() {
        Session open = session;
        if (members.isEmpty() && open != null && !ended) {
            over();
            open.detach(true);
        }
    }

    // ---- from members, on the lane

    void granted() {
        while (!waiting.isEmpty() && next() != null) {
            Waiting first = waiting.remove();
            hand(first.deliveryId, first.message, first.deliveryCount, first.redelivered);
        }
        writable();
    }

    /** Said when it changes alone: who may hand over has a turn for being told so, at whose end this is asked again. */
    void writable() {
        Session open = session;
        boolean now = waiting.isEmpty() && next() != null;
        if (open != null && !ended && now != writable) {
            writable = now;
            open.writable(now);
        }
    }

    /** A turn is wanted, at whose end it is known whether there is anything left. */
    void look() {
        Session open = session;
        if (open != null && !ended && writable) {
            open.writable(true);
        }
    }

    boolean exhausted() {
        Session open = session;
        return waiting.isEmpty() && (open == null || ended || open.exhausted());
    }

    void settle(SharedMember member, int deliveryId, Settlement settlement) {
        Session open = session;
        if (owners.remove(deliveryId, member) && open != null && !ended) {
            open.settle(deliveryId, settlement);
        }
    }

    void leave(SharedMember member, boolean forget) {
        if (!members.remove(member)) {
            return;
        }
        // The last one first: each is put back in front of the queue.
        for (int deliveryId : owners.latestFirst(member)) {
            settle(member, deliveryId, Settlement.RELEASED);
        }
        Session open = session;
        if (forget && !subscription.queue() && members.isEmpty() && open != null && !ended) {
            over();
            open.remove();
        } else {
            leaveIfEmpty();
        }
    }

    // ---- from the session

    @Override
    public void onDelivery(
            int deliveryId,
            Message message,
            Match match,
            int deliveryCount,
            boolean redelivered,
            boolean fromRetained) {
        if (!waiting.isEmpty() || next() == null) {
            waiting.add(new Waiting(deliveryId, message, deliveryCount, redelivered));
        } else {
            hand(deliveryId, message, deliveryCount, redelivered);
        }
        writable();
    }

    /** In turns, who has credit. */
    private @Nullable SharedMember next() {
        for (int i = 0; i < members.size(); i++) {
            SharedMember member = members.get((turn + i) % members.size());
            if (member.hasCredit()) {
                turn = (turn + i) % members.size();
                return member;
            }
        }
        return null;
    }

    private void hand(int deliveryId, Message message, int deliveryCount, boolean redelivered) {
        SharedMember member = next();
        if (member == null) {
            throw new IllegalStateException("a delivery without a member that has credit");
        }
        turn++;
        if (deliveryId != 0) {
            owners.put(deliveryId, member);
        }
        member.hand(deliveryId, message, deliveryCount, redelivered);
    }

    @Override
    public void onReleased(int deliveryId) {
        // Only for exactly once, which nobody subscribes with here.
    }

    @Override
    public void onTurnEnd() {
        // A copy: whoever is told at once may leave.
        List.copyOf(members).forEach(SharedMember::drained);
        writable();
    }

    @Override
    public void onDetached(DetachReason reason) {
        if (reason == DetachReason.REMOVED) {
            registry.removed(subscription);
        }
        if (!ended) {
            over();
            session = null;
            List.copyOf(members).forEach(member -> member.ended(reason));
            members.clear();
        }
    }
}
