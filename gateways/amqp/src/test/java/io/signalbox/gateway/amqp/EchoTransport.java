package io.signalbox.gateway.amqp;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Health;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Match;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Hands what is published to every session that may take it, at once. For one thread; it remembers nothing. */
final class EchoTransport implements Transport {
    private final List<EchoSession> subscribed = new ArrayList<>();

    private final List<EchoSession> all = new ArrayList<>();

    /** What its sessions say when they are asked; false: more is on its way. */
    boolean exhausted = true;

    /** What publishers hear. */
    Receipt.Outcome outcome = Receipt.Outcome.ROUTED;

    /** What the outcome is worth. */
    boolean exact = true;

    /** Names of the durable sessions that were opened. */
    final List<String> opened = new ArrayList<>();

    /** Names of those of them that were removed. */
    final List<String> removed = new ArrayList<>();

    /** Nobody may subscribe. */
    boolean refusesSubscriptions;

    /** Sessions were there before. */
    boolean resumes;

    /** Sessions are open when {@link #openWaiting} says so. */
    boolean slow;

    private final List<Runnable> opening = new ArrayList<>();

    /** Whoever removes a session hears it when {@link #removeWaiting} says so. */
    boolean removesSlowly;

    private final List<CompletableFuture<Void>> removing = new ArrayList<>();

    /** How often a session was told that it may hand over. */
    int writableTold;

    /** Ids of deliveries, as they were settled. */
    final List<Integer> settled = new ArrayList<>();

    /** How. */
    final List<Settlement> settlements = new ArrayList<>();

    /** What publishers hear in place of an outcome; null: they are not refused. */
    @Nullable
    Refusal refusal;

    /** Publishers hear nothing until {@link #answerWaiting}. */
    boolean silent;

    private final List<Runnable> unanswered = new ArrayList<>();

    void answerWaiting() {
        unanswered.forEach(Runnable::run);
        unanswered.clear();
    }

    int subscriptions() {
        return subscribed.size();
    }

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Set.of(Capabilities.Feature.values()), Durability.ROUTED, Integer.MAX_VALUE)
                .withExactOutcomes(exact);
    }

    /** As if more waited than may. */
    void hold(boolean now) {
        List.copyOf(all).forEach(session -> session.subscriber.onPublishingHeld(now));
    }

    /** The end of a turn, of every session. */
    void endTurn() {
        List.copyOf(all).forEach(session -> session.subscriber.onTurnEnd());
    }

    /** An operator ends the subscription that is there longest. */
    void removeFirst() {
        subscribed.getFirst().subscriber.onDetached(Subscriber.DetachReason.REMOVED);
    }

    /** An operator ends all sessions, also those that are not open yet. */
    void removeAll() {
        List.copyOf(all).forEach(session -> session.subscriber.onDetached(Subscriber.DetachReason.REMOVED));
    }

    @Override
    public Health health() {
        return Health.UP;
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        Refusal why = refusal;
        if (why != null) {
            callback.refused(context, why);
            return;
        }
        List.copyOf(subscribed).forEach(session -> session.deliver(message));
        if (silent) {
            unanswered.add(() -> callback.published(context, outcome, Durability.ROUTED, 0));
        } else {
            callback.published(context, outcome, Durability.ROUTED, 0);
        }
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        if (options.durable()) {
            opened.add(options.name());
        }
        EchoSession session = new EchoSession(options, subscriber);
        all.add(session);
        CompletableFuture<Session> open = new CompletableFuture<>();
        if (slow) {
            opening.add(() -> open.complete(session));
        } else {
            open.complete(session);
        }
        return open;
    }

    void openWaiting() {
        while (!opening.isEmpty()) {
            opening.removeFirst().run();
        }
    }

    /** @param why they could not be removed; null: they were */
    void removeWaiting(@Nullable SignalboxException why) {
        List<CompletableFuture<Void>> now = List.copyOf(removing);
        removing.clear();
        for (CompletableFuture<Void> one : now) {
            if (why == null) {
                one.complete(null);
            } else {
                one.completeExceptionally(why);
            }
        }
    }

    /** Sessions that are open and not detached. */
    int sessions() {
        return all.size();
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        return CompletableFuture.completedFuture(0L);
    }

    @Override
    public void close() {}

    private final class EchoSession implements Session {
        private final SessionOptions options;
        private final Subscriber subscriber;
        private boolean writable = true;
        private int ids;

        EchoSession(SessionOptions options, Subscriber subscriber) {
            this.options = options;
            this.subscriber = subscriber;
        }

        void deliver(Message message) {
            if (writable) {
                ids = ids % SessionOptions.UNSETTLED_MAX + 1;
                subscriber.onDelivery(ids, message, Match.plain(Guarantee.AT_LEAST_ONCE), 0, false, false);
                subscriber.onTurnEnd();
            }
        }

        @Override
        public String name() {
            return options.name();
        }

        @Override
        public boolean resumed() {
            return resumes;
        }

        @Override
        public void publish(Message message, int tag, PublishCallback callback, long context) {
            EchoTransport.this.publish(message, callback, context);
        }

        @Override
        public void forget(int tag, PublishCallback callback, long context) {
            callback.published(context, Receipt.Outcome.DUPLICATE, Durability.ROUTED, 0);
        }

        @Override
        public CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> specs) {
            if (refusesSubscriptions) {
                List<@Nullable Refusal> refusals = new ArrayList<>();
                specs.forEach(spec -> refusals.add(new Refusal(ReasonCode.QUOTA_EXCEEDED, "no more")));
                return CompletableFuture.completedFuture(refusals);
            }
            subscribed.add(this);
            List<@Nullable Refusal> granted = new ArrayList<>();
            specs.forEach(spec -> granted.add(null));
            return CompletableFuture.completedFuture(granted);
        }

        @Override
        public CompletionStage<List<Boolean>> unsubscribe(List<Target> targets) {
            return CompletableFuture.completedFuture(
                    targets.stream().map(target -> false).toList());
        }

        @Override
        public void settle(int deliveryId, Settlement settlement) {
            settled.add(deliveryId);
            settlements.add(settlement);
        }

        @Override
        public void received(int deliveryId) {}

        @Override
        public void extend(int deliveryId) {}

        @Override
        public void writable(boolean now) {
            writable = now;
            writableTold += now ? 1 : 0;
        }

        @Override
        public boolean exhausted() {
            return exhausted;
        }

        @Override
        public void expiry(Duration expiry) {}

        @Override
        public void detach(boolean clean) {
            subscribed.remove(this);
            all.remove(this);
        }

        @Override
        public CompletionStage<Void> remove() {
            if (options.durable()) {
                removed.add(options.name());
            }
            subscribed.remove(this);
            all.remove(this);
            CompletableFuture<Void> done = new CompletableFuture<>();
            if (removesSlowly) {
                removing.add(done);
            } else {
                done.complete(null);
            }
            return done;
        }
    }
}
