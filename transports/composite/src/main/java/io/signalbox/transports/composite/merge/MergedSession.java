package io.signalbox.transports.composite.merge;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
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
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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

    private final SessionOptions options;
    private final Lane lane;
    private final Subscriber subscriber;
    private final MergeState state;
    private final Merging merging;
    private final Admission admission;
    private final Publishing publishing;
    private final Ended ended;
    private final @Nullable Session[] members;
    private final List<Runnable> beforeStart = new ArrayList<>();
    private boolean resumed;
    private boolean started;
    private boolean over;
    private boolean writable = true;

    public MergedSession(
            SessionOptions options,
            Lane lane,
            Subscriber subscriber,
            MergeState state,
            int memberCount,
            Admission admission,
            Publishing publishing,
            Ended ended) {
        this.options = options;
        this.lane = lane;
        this.subscriber = subscriber;
        this.state = state;
        this.admission = admission;
        this.publishing = publishing;
        this.ended = ended;
        members = new Session[memberCount];
        merging = new Merging(
                state,
                memberCount,
                options.unsettledMax(),
                (member, deliveryId, settlement) -> {
                    Session session = members[member];
                    if (session != null) {
                        session.settle(deliveryId, settlement);
                    }
                },
                (offer, deliveryId, redelivered) -> subscriber.onDelivery(
                        deliveryId, offer.message, offer.match, offer.deliveryCount, redelivered, offer.fromRetained));
        synchronized (state) {
            if (state.owner != null) {
                state.away();
            }
            state.owner = this;
        }
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

    private List<FilterSpec> subscriptions() {
        synchronized (state) {
            return List.copyOf(state.subscriptions.values());
        }
    }

    // Opening

    /** The member's session is open. Any thread, before {@link #start()}, or on the lane after it. */
    public synchronized void joined(int member, Session session) {
        members[member] = session;
        resumed |= session.resumed();
    }

    public synchronized boolean missing(int member) {
        return members[member] == null;
    }

    /** A member that was absent at first has come: it learns what the others know. On the lane. */
    public void joinedLate(int member, Session session) {
        if (over) {
            session.detach(true);
            return;
        }
        joined(member, session);
        session.writable(writable);
        List<FilterSpec> specs = subscriptions();
        if (!specs.isEmpty()) {
            session.subscribe(specs);
        }
    }

    /** All members that could be opened are; was there a session of that name at none of them? */
    public synchronized void allJoined() {
        if (!resumed) {
            state.forget();
        }
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
        synchronized (this) {
            members[member] = null;
        }
        synchronized (state) {
            merging.memberGone(member);
        }
        boolean others = Arrays.stream(members).anyMatch(session -> session != null);
        if (reason != DetachReason.SHUTTING_DOWN || !others) {
            end(reason == DetachReason.REMOVED);
            subscriber.onDetached(reason);
        }
    }

    private void end(boolean forGood) {
        over = true;
        synchronized (state) {
            if (state.owner == this) {
                state.owner = null;
                state.away();
            }
        }
        ended.ended(this, forGood);
    }

    private void each(Consumer<Session> action) {
        for (Session session : members) {
            if (session != null) {
                action.accept(session);
            }
        }
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
        return members[member];
    }

    @Override
    public void forget(int tag, PublishCallback callback, long context) {
        callback.refused(
                context, new Refusal(ReasonCode.NOT_SUPPORTED, "a composite has no EXACTLY_ONCE, and so no tags"));
    }

    @Override
    public CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> specs) {
        List<@Nullable Refusal> results = new ArrayList<>();
        specs.forEach(spec -> results.add(admission.refuse(spec)));
        List<FilterSpec> admitted = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            if (results.get(i) == null) {
                admitted.add(atLeastOnce(specs.get(i)));
            }
        }
        synchronized (state) {
            admitted.forEach(spec -> state.subscriptions.put(new Target(spec.filter(), spec.shareGroup()), spec));
        }
        List<CompletableFuture<List<@Nullable Refusal>>> answers = new ArrayList<>();
        each(session -> answers.add(session.subscribe(admitted).toCompletableFuture()));
        return all(answers).thenApply(done -> {
            Iterator<@Nullable Refusal> ofMembers = combine(admitted, answers).iterator();
            results.replaceAll(refusal -> refusal == null ? ofMembers.next() : refusal);
            return results;
        });
    }

    private static FilterSpec atLeastOnce(FilterSpec spec) {
        return spec.guarantee() != Guarantee.EXACTLY_ONCE
                ? spec
                : new FilterSpec(
                        spec.filter(),
                        spec.shareGroup(),
                        Guarantee.AT_LEAST_ONCE,
                        spec.subscriptionId(),
                        spec.noLocal(),
                        spec.retainAsPublished(),
                        spec.retained(),
                        spec.start(),
                        spec.replaySpeed());
    }

    /** Refused by one is refused by all: half a subscription would miss messages in silence. */
    private List<@Nullable Refusal> combine(
            List<FilterSpec> specs, List<CompletableFuture<List<@Nullable Refusal>>> answers) {
        List<@Nullable Refusal> results = new ArrayList<>(Collections.nCopies(specs.size(), (Refusal) null));
        List<Target> undone = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            for (CompletableFuture<List<@Nullable Refusal>> answer : answers) {
                Refusal refusal = answer.join().get(i);
                if (refusal != null) {
                    results.set(i, refusal);
                }
            }
            if (results.get(i) != null) {
                undone.add(new Target(specs.get(i).filter(), specs.get(i).shareGroup()));
            }
        }
        if (!undone.isEmpty()) {
            unsubscribe(undone);
        }
        return results;
    }

    private static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> stages) {
        return CompletableFuture.allOf(stages.toArray(CompletableFuture<?>[]::new));
    }

    @Override
    public CompletionStage<List<Boolean>> unsubscribe(List<Target> targets) {
        synchronized (state) {
            targets.forEach(state.subscriptions::remove);
        }
        List<CompletableFuture<List<Boolean>>> answers = new ArrayList<>();
        each(session -> answers.add(session.unsubscribe(targets).toCompletableFuture()));
        return all(answers).thenApply(done -> {
            List<Boolean> was = new ArrayList<>(Collections.nCopies(targets.size(), false));
            for (CompletableFuture<List<Boolean>> answer : answers) {
                for (int i = 0; i < targets.size(); i++) {
                    was.set(i, was.get(i) || answer.join().get(i));
                }
            }
            return was;
        });
    }

    @Override
    public void settle(int deliveryId, Settlement settlement) {
        synchronized (state) {
            if (!over && state.owner == this) {
                merging.settle(deliveryId, settlement);
            }
        }
    }

    @Override
    public void received(int deliveryId) {
        // Nothing here is exactly once.
    }

    @Override
    public void extend(int deliveryId) {
        synchronized (state) {
            Offer offer = over ? null : state.byDeliveryId.get(deliveryId);
            for (int member = 0; offer != null && member < members.length; member++) {
                Session session = members[member];
                if (session != null && offer.copies[member] != 0) {
                    session.extend(offer.copies[member]);
                }
            }
        }
    }

    @Override
    public void writable(boolean now) {
        writable = now;
        each(session -> session.writable(now));
    }

    @Override
    public void expiry(Duration expiry) {
        each(session -> session.expiry(expiry));
    }

    @Override
    public void detach(boolean clean) {
        each(session -> session.detach(clean));
        if (!over) {
            end(!options.durable());
        }
    }

    @Override
    public CompletionStage<Void> remove() {
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        each(session -> answers.add(session.remove().toCompletableFuture()));
        return all(answers).thenRun(() -> ended.ended(this, true));
    }
}
