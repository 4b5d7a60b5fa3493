package io.signalbox.bus.remote;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A transport in memory, as small as the tests of the bus need it: exact topics, share groups, durable sessions that
 * keep what comes while nobody is attached, redelivery on request (whatever delay was asked for); what a member of a
 * share group has not settled when it leaves goes to another. One that retains also has wildcards. Guarded by itself.
 */
final class LoopbackTransport implements Transport {
    /** How deliveries were settled, in order. */
    final List<Settlement> settlements = new CopyOnWriteArrayList<>();
    /** Dead letters, in order. */
    final List<Message> rejected = new CopyOnWriteArrayList<>();
    /** What was published, in order. */
    final List<Message> published = new CopyOnWriteArrayList<>();

    private final Map<String, Seat> seats = new LinkedHashMap<>();
    /** Null: it cannot retain. */
    private final @Nullable Map<Topic, Message> retained;

    /** How sessions were opened, in order. */
    final List<SessionOptions> opened = new CopyOnWriteArrayList<>();

    /** What publishers are told, and when. */
    final LoopbackAnswers answers = new LoopbackAnswers();

    /** What happens in between. */
    final LoopbackFaults faults = new LoopbackFaults();

    private volatile boolean closed;
    private final Set<String> seen = new HashSet<>();
    private int turn;

    LoopbackTransport() {
        this(null);
    }

    private LoopbackTransport(@Nullable Map<Topic, Message> retained) {
        this.retained = retained;
    }

    static LoopbackTransport retaining() {
        return new LoopbackTransport(new LinkedHashMap<>());
    }

    /** Refuses to open sessions, as one that is gone. */
    void closed(boolean value) {
        closed = value;
    }

    /** The delays that were asked for have passed. */
    void offerReleased() {
        offerReleased(UnaryOperator.identity());
    }

    /** @param choice of the ids of those, oldest first, which are offered, and in which order */
    synchronized void offerReleased(UnaryOperator<List<Integer>> choice) {
        seats.values().forEach(seat -> seat.offerReleased(choice));
    }

    synchronized void offerAtMostOnce(String session, Message message) {
        Objects.requireNonNull(seats.get(session)).deliver(0, message, false);
    }

    /**
     * The time of some of those that are to be offered again is over.
     *
     * @param choice of their ids, oldest first
     */
    synchronized List<Message> expireReleased(UnaryOperator<List<Integer>> choice) {
        List<Message> expired = new ArrayList<>();
        for (Seat seat : seats.values()) {
            for (int id : choice.apply(List.copyOf(seat.released.keySet()))) {
                expired.add(Objects.requireNonNull(seat.released.remove(id)));
            }
        }
        return expired;
    }

    /** Are there deliveries to be offered again? */
    synchronized boolean isSomethingReleased() {
        return seats.values().stream().anyMatch(seat -> !seat.released.isEmpty());
    }

    /** How many messages wait for a session to come back. */
    synchronized int kept() {
        return seats.values().stream().mapToInt(seat -> seat.kept.size()).sum();
    }

    /** How many deliveries are with a session, or are to be offered again. */
    synchronized int unsettled() {
        return seats.values().stream()
                .mapToInt(seat -> seat.unsettled.size() + seat.released.size())
                .sum();
    }

    /** Ends a session from this side. */
    synchronized void end(String name, Subscriber.DetachReason reason) {
        Objects.requireNonNull(seats.remove(name)).end(reason);
    }

    /** A connection is lost; what there is of its session waits for the next. */
    synchronized void cut(String name, Subscriber.DetachReason reason) {
        Seat seat = Objects.requireNonNull(seats.get(name));
        seat.end(reason);
        seat.keepAll();
    }

    synchronized boolean isAttached(String name) {
        Seat seat = seats.get(name);
        return seat != null && seat.lane != null;
    }

    /** The process is killed: its session is told nothing, and keeps what it has. */
    synchronized void drop(String name) {
        Objects.requireNonNull(seats.get(name)).detach(false);
    }

    synchronized Set<String> filters(String session) {
        Set<String> texts = new HashSet<>();
        Seat seat = seats.get(session);
        if (seat != null) {
            seat.specs.forEach(spec -> texts.add(spec.filter().text()));
        }
        return texts;
    }

    /** Names of the sessions that there are. */
    synchronized Set<String> sessions() {
        return Set.copyOf(seats.keySet());
    }

    @Override
    public String name() {
        return "loopback";
    }

    @Override
    public Capabilities capabilities() {
        return retained == null
                ? Capabilities.of(
                        Durability.ROUTED,
                        1 << 20,
                        Capabilities.Feature.SUBSCRIBE,
                        Capabilities.Feature.EXPIRY,
                        Capabilities.Feature.DELAYED_REDELIVERY)
                : Capabilities.of(
                        Durability.ROUTED,
                        1 << 20,
                        Capabilities.Feature.SUBSCRIBE,
                        Capabilities.Feature.EXPIRY,
                        Capabilities.Feature.DELAYED_REDELIVERY,
                        Capabilities.Feature.RETAINED,
                        Capabilities.Feature.WILDCARDS);
    }

    @Override
    public Health health() {
        return Health.UP;
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        publish(message, null, callback, context);
    }

    private void publish(Message message, @Nullable Seat by, PublishCallback callback, long context) {
        faults.beforePublishing(message);
        Refusal refusal = answers.refusal(message);
        if (refusal != null) {
            answers.give(message, () -> callback.refused(context, refusal));
            return;
        }
        published.add(message);
        if (isDuplicate(message)) {
            answers.give(message, () -> callback.published(context, Receipt.Outcome.DUPLICATE, Durability.ROUTED, 0));
            return;
        }
        boolean heard = route(message, by);
        answers.give(
                message,
                () -> callback.published(
                        context,
                        heard ? Receipt.Outcome.ROUTED : Receipt.Outcome.NO_SUBSCRIBERS,
                        Durability.ROUTED,
                        0));
    }

    /** One that retains looks for duplicates too, whatever their topics, as a broker does. */
    private synchronized boolean isDuplicate(Message message) {
        String key = message.properties().idempotencyKey();
        String id = key != null ? key : message.properties().id();
        return retained != null && id != null && !seen.add(id);
    }

    private synchronized boolean route(Message message, @Nullable Seat by) {
        if (message.retain() && retained != null) {
            if (message.payload().length == 0) {
                retained.remove(message.topic());
            } else {
                retained.put(message.topic(), message);
            }
        }
        List<Seat> sharing = new ArrayList<>();
        boolean heard = false;
        for (Seat seat : seats.values()) {
            for (FilterSpec spec : seat.specs) {
                if (spec.filter().matches(message.topic()) && !(spec.noLocal() && seat == by)) {
                    heard = true;
                    if (spec.shareGroup() != null) {
                        sharing.add(seat);
                    } else {
                        seat.offer(message);
                    }
                }
            }
        }
        share(message, sharing);
        return heard;
    }

    /** One that is here goes before one that is away. */
    private boolean share(Message message, List<Seat> members) {
        List<Seat> here = members.stream().filter(seat -> seat.lane != null).toList();
        List<Seat> among = here.isEmpty() ? members : here;
        if (!among.isEmpty()) {
            among.get(Math.floorMod(turn++, among.size())).offer(message);
        }
        return !among.isEmpty();
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        faults.beforeOpening();
        return faults.openingAnswered().thenCompose(now -> openNow(options, lane, subscriber));
    }

    private synchronized CompletionStage<Session> openNow(SessionOptions options, Lane lane, Subscriber subscriber) {
        if (closed) {
            return CompletableFuture.failedFuture(new Refusal(ReasonCode.CLOSED, "closed").toException());
        }
        opened.add(options);
        Seat seat = seats.computeIfAbsent(options.name(), name -> new Seat(name));
        seat.attach(lane, subscriber);
        return CompletableFuture.completedFuture(seat);
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        return CompletableFuture.failedFuture(
                new Refusal(ReasonCode.NOT_SUPPORTED, "no past in this one").toException());
    }

    @Override
    public void close() {}

    /** @param again it was delivered before */
    private record Kept(Message message, boolean again) {}

    private final class Seat implements Session {
        private final String name;
        private final List<FilterSpec> specs = new CopyOnWriteArrayList<>();
        private final List<Kept> kept = new ArrayList<>();
        private final Map<Integer, Message> unsettled = new LinkedHashMap<>();
        private final Map<Integer, Message> released = new TreeMap<>();
        private @Nullable Lane lane;
        private @Nullable Subscriber subscriber;
        private boolean writable = true;
        private int lastId;

        Seat(String name) {
            this.name = name;
        }

        void end(Subscriber.DetachReason reason) {
            Subscriber was = Objects.requireNonNull(subscriber);
            Objects.requireNonNull(lane).execute(() -> was.onDetached(reason));
            lane = null;
            subscriber = null;
        }

        void offerReleased(UnaryOperator<List<Integer>> choice) {
            for (int id : choice.apply(List.copyOf(released.keySet()))) {
                Message message = Objects.requireNonNull(released.remove(id));
                unsettled.put(id, message);
                deliver(id, message, true);
            }
        }

        void attach(Lane to, Subscriber by) {
            if (subscriber != null) {
                end(Subscriber.DetachReason.TAKEN_OVER);
            }
            lane = to;
            subscriber = by;
            writable = true;
            offerKept();
        }

        private void offerKept() {
            List<Kept> waiting = List.copyOf(kept);
            kept.clear();
            waiting.forEach(each -> offer(each.message, each.again));
        }

        /** What is with the session that was lost, or was given back by it, comes again by the next, oldest first. */
        void keepAll() {
            Map<Integer, Message> open = new TreeMap<>(released);
            open.putAll(unsettled);
            released.clear();
            unsettled.clear();
            kept.addAll(
                    0,
                    open.values().stream()
                            .map(message -> new Kept(message, true))
                            .toList());
        }

        void offer(Message message) {
            offer(message, false);
        }

        private void offer(Message message, boolean again) {
            if (lane == null || !writable) {
                kept.add(new Kept(message, again));
                return;
            }
            int id = ++lastId;
            unsettled.put(id, message);
            deliver(id, message, again);
        }

        private void deliver(int id, Message message, boolean again) {
            Subscriber to = Objects.requireNonNull(subscriber);
            Objects.requireNonNull(lane)
                    .execute(() -> to.onDelivery(
                            id, message, Match.plain(Guarantee.AT_LEAST_ONCE), again ? 1 : 0, again, false));
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean resumed() {
            return false;
        }

        @Override
        public void publish(Message message, int tag, PublishCallback callback, long context) {
            LoopbackTransport.this.publish(message, this, callback, context);
        }

        @Override
        public void forget(int tag, PublishCallback callback, long context) {}

        @Override
        public CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> more) {
            faults.beforeSubscribing();
            List<@Nullable Refusal> results = new ArrayList<>();
            synchronized (LoopbackTransport.this) {
                for (FilterSpec spec : more) {
                    specs.removeIf(same -> same.filter().equals(spec.filter())
                            && Objects.equals(same.shareGroup(), spec.shareGroup()));
                    specs.add(spec);
                    results.add(null);
                    (retained == null ? List.<Message>of() : retained.values())
                            .stream()
                                    .filter(message -> spec.filter().matches(message.topic()))
                                    .forEach(this::offer);
                }
            }
            return CompletableFuture.completedFuture(results);
        }

        @Override
        public CompletionStage<List<Boolean>> unsubscribe(List<Target> targets) {
            faults.beforeUnsubscribing();
            List<Boolean> there = new ArrayList<>();
            for (Target target : targets) {
                there.add(specs.removeIf(spec -> spec.filter().equals(target.filter())));
            }
            return CompletableFuture.completedFuture(there);
        }

        @Override
        public void settle(int deliveryId, Settlement settlement) {
            synchronized (LoopbackTransport.this) {
                Message message = unsettled.get(deliveryId);
                if (message == null) {
                    return;
                }
                settlements.add(settlement);
                if (settlement instanceof Settlement.Rejected) {
                    rejected.add(message);
                }
                if (settlement instanceof Settlement.Modified) {
                    deliver(deliveryId, message, true);
                } else if (settlement instanceof Settlement.Released(Duration delay) && !delay.isZero()) {
                    unsettled.remove(deliveryId);
                    released.put(deliveryId, message);
                } else {
                    unsettled.remove(deliveryId);
                }
            }
        }

        @Override
        public void received(int deliveryId) {}

        @Override
        public void extend(int deliveryId) {}

        @Override
        public void writable(boolean value) {
            synchronized (LoopbackTransport.this) {
                writable = value;
                if (value) {
                    offerKept();
                }
            }
        }

        @Override
        public void expiry(Duration expiry) {}

        @Override
        public void detach(boolean clean) {
            synchronized (LoopbackTransport.this) {
                lane = null;
                subscriber = null;
                handOver().forEach(message -> kept.add(new Kept(message, false)));
            }
        }

        @Override
        public CompletionStage<Void> remove() {
            synchronized (LoopbackTransport.this) {
                seats.remove(name);
                handOver();
            }
            return CompletableFuture.completedFuture(null);
        }

        /** @return what there is nobody else for */
        private List<Message> handOver() {
            List<Message> left = new ArrayList<>(unsettled.values());
            unsettled.clear();
            left.removeIf(message -> share(
                    message,
                    seats.values().stream()
                            .filter(seat -> seat != this && seat.lane != null && seat.sharesIn(message))
                            .toList()));
            return left;
        }

        private boolean sharesIn(Message message) {
            return specs.stream()
                    .anyMatch(spec -> spec.shareGroup() != null && spec.filter().matches(message.topic()));
        }
    }
}
