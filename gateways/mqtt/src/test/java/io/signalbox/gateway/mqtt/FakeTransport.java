package io.signalbox.gateway.mqtt;

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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Remembers what it was asked, answers at once or when told, and delivers what a test says. For one thread. */
public final class FakeTransport implements Transport {
    public final List<Message> published = new ArrayList<>();
    public final List<FakeSession> sessions = new ArrayList<>();
    public @Nullable Refusal refusal;
    public @Nullable ReasonCode noSessions;
    public Set<Capabilities.Feature> features = Set.of(Capabilities.Feature.values());
    public boolean answering = true;
    public boolean remembering = true;
    /** Done when subscriptions are answered. */
    public CompletableFuture<Void> subscribing = CompletableFuture.completedFuture(null);

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(features, Durability.SYNCED, Integer.MAX_VALUE);
    }

    @Override
    public Health health() {
        return Health.UP;
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        Refusal no = refusal;
        if (no != null) {
            callback.refused(context, no);
            return;
        }
        remember(message);
        callback.published(context, Receipt.Outcome.ROUTED, Durability.SYNCED, 0);
    }

    private void remember(Message message) {
        if (remembering) {
            published.add(message);
        }
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        if (noSessions != null) {
            return CompletableFuture.failedFuture(new SignalboxException(noSessions, "on purpose"));
        }
        FakeSession session = new FakeSession(options, subscriber);
        if (remembering) {
            sessions.add(session);
        }
        return CompletableFuture.completedFuture(session);
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        return CompletableFuture.completedFuture(0L);
    }

    @Override
    public void close() {}

    /** What one connection asked for. */
    public final class FakeSession implements Session {
        public final SessionOptions options;
        public final Subscriber subscriber;
        public final List<FilterSpec> specs = new ArrayList<>();
        public final List<String> settled = new ArrayList<>();
        public final Set<Integer> tags = new HashSet<>();
        public final List<Runnable> unanswered = new ArrayList<>();
        public @Nullable Boolean detachedClean;
        public @Nullable Duration expiry;

        FakeSession(SessionOptions options, Subscriber subscriber) {
            this.options = options;
            this.subscriber = subscriber;
        }

        public void deliver(int id, Message message, Guarantee granted) {
            subscriber.onDelivery(id, message, Match.plain(granted), 0, false, false);
            subscriber.onTurnEnd();
        }

        @Override
        public String name() {
            return options.name();
        }

        @Override
        public boolean resumed() {
            return false;
        }

        @Override
        public void publish(Message message, int tag, PublishCallback callback, long context) {
            Refusal no = refusal;
            if (no != null) {
                callback.refused(context, no);
                return;
            }
            boolean known = tag != 0 && !tags.add(tag);
            if (!known) {
                remember(message);
            }
            Runnable answer = () -> callback.published(
                    context,
                    known ? Receipt.Outcome.DUPLICATE : Receipt.Outcome.ROUTED,
                    Durability.SYNCED,
                    published.size());
            if (answering) {
                answer.run();
            } else {
                unanswered.add(answer);
            }
        }

        @Override
        public void forget(int tag, PublishCallback callback, long context) {
            tags.remove(tag);
            callback.published(context, Receipt.Outcome.ROUTED, Durability.SYNCED, 0);
        }

        @Override
        public CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> list) {
            List<@Nullable Refusal> results = new ArrayList<>();
            for (FilterSpec spec : list) {
                if (remembering) {
                    specs.add(spec);
                }
                results.add(null);
            }
            return subscribing.thenApply(done -> results);
        }

        @Override
        public CompletionStage<List<Boolean>> unsubscribe(List<Target> targets) {
            return CompletableFuture.completedFuture(
                    targets.stream().map(target -> false).toList());
        }

        @Override
        public void settle(int deliveryId, Settlement settlement) {
            if (remembering) {
                settled.add(deliveryId + " " + settlement.getClass().getSimpleName());
            }
        }

        @Override
        public void received(int deliveryId) {
            if (remembering) {
                settled.add(deliveryId + " received");
            }
            subscriber.onReleased(deliveryId);
            subscriber.onTurnEnd();
        }

        @Override
        public void extend(int deliveryId) {}

        @Override
        public void writable(boolean writable) {}

        @Override
        public void expiry(Duration value) {
            expiry = value;
        }

        @Override
        public void detach(boolean clean) {
            detachedClean = clean;
        }

        @Override
        public CompletionStage<Void> remove() {
            return CompletableFuture.completedFuture(null);
        }
    }
}
