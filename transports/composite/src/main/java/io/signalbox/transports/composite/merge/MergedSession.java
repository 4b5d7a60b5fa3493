package io.signalbox.transports.composite.merge;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Admission;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session made of a session at each member that could be opened, all on the subscriber's lane, which owns the
 * connection's fields; what outlives the connection is in the {@link MergeState}.
 */
public final class MergedSession implements Session {
    /** How the composite publishes in a session's name. */
    public interface Publishing {
        void publish(MergedSession session, Message message, int tag, PublishCallback callback, long context);
    }

    /** Told once when the session no longer belongs to its subscriber, by whatever way. */
    public interface Ended {
        void ended(MergedSession session, boolean forGood);
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(MergedSession.class);

    private final SessionOptions options;
    private final Lane lane;
    private final Subscriber subscriber;
    private final MergeState state;
    private final Merging merging;
    private final MemberSubscriptions subscriptions;
    private final TimeSource time;
    private final Publishing publishing;
    private final Ended ended;
    private final MemberSessions members;
    private final Offers offers;
    private final List<Runnable> beforeStart = new ArrayList<>();
    private boolean resumed;
    private boolean started;
    private boolean over;
    private boolean writable = true;
    private Duration expiry;

    public MergedSession(
            SessionOptions options,
            Lane lane,
            Subscriber subscriber,
            MergeState state,
            int memberCount,
            Admission admission,
            TimeSource time,
            Publishing publishing,
            Ended ended) {
        this.options = options;
        this.lane = lane;
        this.subscriber = subscriber;
        this.state = state;
        this.time = time;
        this.publishing = publishing;
        this.ended = ended;
        expiry = options.expiry();
        members = new MemberSessions(memberCount);
        subscriptions = new MemberSubscriptions(state, admission, members::present);
        offers = new Offers(state, subscriber, () -> !over && state.owner == this);
        merging = new Merging(state, memberCount, options.unsettledMax(), members::settle, offers);
    }

    /** The subscriber that the member's session is to be opened with. */
    public Subscriber subscriberOf(int member) {
        return new MemberSubscriber(this, member);
    }

    public Lane lane() {
        return lane;
    }

    public SessionOptions options() {
        return options;
    }

    public boolean has(MergeState other) {
        return state == other;
    }

    // Opening

    /** The member's session is open. Any thread, before {@link #start()}, or on the lane after it. */
    public void joined(int member, Session session) {
        members.put(member, session);
    }

    public boolean missing(int member) {
        return members.get(member) == null;
    }

    /**
     * A member that was absent at first has come: it learns what the others know. On the lane.
     *
     * @return complete when it does, or is missing again since it would not
     */
    public CompletionStage<?> joinedLate(int member, Session session) {
        if (over) {
            session.detach(true);
            return CompletableFuture.completedFuture(null);
        }
        joined(member, session);
        session.writable(writable);
        return subscriptions.bringTo(session).whenComplete((done, failure) -> {
            if (failure != null) {
                LOGGER.warn("member {} of session {} is asked again: {}", member, name(), failure.toString());
                onLane(() -> leaves(member, session));
            }
        });
    }

    private void leaves(int member, Session session) {
        if (members.remove(member, session)) {
            session.detach(true);
            synchronized (state) {
                merging.memberGone(member);
            }
        }
    }

    private void onLane(Runnable task) {
        try {
            lane.execute(task);
        } catch (RejectedExecutionException gone) {
            LOGGER.debug("the lane of session {} is closed", name());
        }
    }

    /**
     * All members that could be opened are; from here on the name is this session's. It goes on if it goes on at all of
     * them; a member that has forgotten it is given the subscriptions if they are known, and if not, the session says
     * that it is new, so that its client subscribes again.
     *
     * @return complete when the members know what they must
     */
    public CompletionStage<?> allJoined() {
        List<Session> fresh =
                members.present().stream().filter(session -> !session.resumed()).toList();
        boolean some = fresh.size() < members.present().size();
        synchronized (state) {
            if (state.owner != null) {
                state.away();
            }
            state.owner = this;
        }
        resumed = some && (fresh.isEmpty() || subscriptions.any());
        if (!resumed) {
            state.forget();
            if (some) {
                LOGGER.warn("session {} is known at some members only, and counts as new", name());
            }
            return CompletableFuture.completedFuture(null);
        }
        return CompletableFuture.allOf(fresh.stream()
                .map(session -> subscriptions.bringTo(session).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }

    /** The composite has handed this session out; what came meanwhile follows. On the lane. */
    public void start() {
        started = true;
        beforeStart.forEach(Runnable::run);
        beforeStart.clear();
    }

    // What the members say; on the lane

    void onDelivery(int member, Arrival arrival) {
        if (!started) {
            // Bounded by the members' credit.
            beforeStart.add(() -> onDelivery(member, arrival));
            return;
        }
        synchronized (state) {
            if (!over && state.owner == this) {
                merging.arrived(member, arrival);
            }
        }
        offers.handOver();
    }

    void onTurnEnd() {
        if (started && !over) {
            subscriber.onTurnEnd();
        }
    }

    void onDetached(int member, DetachReason reason) {
        if (!started) {
            beforeStart.add(() -> onDetached(member, reason));
            return;
        }
        if (over) {
            return;
        }
        members.put(member, null);
        List<Session> others = members.present();
        if (reason != DetachReason.SHUTTING_DOWN || others.isEmpty()) {
            // Half a session would be held for nobody.
            others.forEach(session -> session.detach(true));
            end(reason == DetachReason.REMOVED);
            subscriber.onDetached(reason);
        } else {
            synchronized (state) {
                merging.memberGone(member);
            }
        }
    }

    private void end(boolean forGood) {
        over = true;
        synchronized (state) {
            if (state.owner == this) {
                state.owner = null;
                state.left(time.millis(), expiry);
                state.away();
            }
        }
        ended.ended(this, forGood);
    }

    // Session

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
        publishing.publish(this, message, tag, callback, context);
    }

    /** The member's session, for a publish in its name; null if it has none. */
    public @Nullable Session member(int member) {
        return members.get(member);
    }

    @Override
    public void forget(int tag, PublishCallback callback, long context) {
        callback.refused(
                context, new Refusal(ReasonCode.NOT_SUPPORTED, "a composite has no EXACTLY_ONCE, and so no tags"));
    }

    @Override
    public CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> specs) {
        return subscriptions.subscribe(specs);
    }

    @Override
    public CompletionStage<List<Boolean>> unsubscribe(List<Target> targets) {
        return subscriptions.unsubscribe(targets);
    }

    @Override
    public CompletionStage<Optional<List<Target>>> subscriptions() {
        return members.complete() ? subscriptions.atMembers() : CompletableFuture.completedFuture(Optional.empty());
    }

    /** Of all members, since each was first looked at: each may have kept what another has lost. */
    @Override
    public long lostCount() {
        return members.lostCount();
    }

    @Override
    public void settle(int deliveryId, Settlement settlement) {
        synchronized (state) {
            if (!over && state.owner == this) {
                merging.settle(deliveryId, settlement);
            }
        }
        offers.handOver();
    }

    @Override
    public void received(int deliveryId) {
        // Nothing here is exactly once.
    }

    @Override
    public void extend(int deliveryId) {
        synchronized (state) {
            Offer offer = over ? null : state.byDeliveryId.get(deliveryId);
            for (int member = 0; offer != null && member < members.size(); member++) {
                Session session = members.get(member);
                if (session != null && offer.copies[member] != 0) {
                    session.extend(offer.copies[member]);
                }
            }
        }
    }

    @Override
    public void writable(boolean now) {
        writable = now;
        members.present().forEach(session -> session.writable(now));
    }

    @Override
    public void expiry(Duration mayStay) {
        expiry = mayStay;
        members.present().forEach(session -> session.expiry(mayStay));
    }

    @Override
    public void detach(boolean clean) {
        members.present().forEach(session -> session.detach(clean));
        if (!over) {
            end(!options.durable());
        }
    }

    @Override
    public CompletionStage<Void> remove() {
        return CompletableFuture.allOf(members.present().stream()
                        .map(session -> session.remove().toCompletableFuture())
                        .toArray(CompletableFuture<?>[]::new))
                .thenRun(() -> ended.ended(this, true));
    }
}
