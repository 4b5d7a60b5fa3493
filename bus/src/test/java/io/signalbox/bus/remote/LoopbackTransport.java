package io.signalbox.bus.remote;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Health;
import io.signalbox.transport.Lane;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
    /** What was published, in order. */
    final List<Message> published = new CopyOnWriteArrayList<>();

    private final Map<String, LoopbackSeat> seats = new LinkedHashMap<>();
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

    /** How many deliveries are with a session, or are to be offered again. */
    synchronized int unsettled() {
        return seats.values().stream().mapToInt(LoopbackSeat::unsettledCount).sum();
    }

    /** Ends a session from this side. */
    synchronized void end(String name, Subscriber.DetachReason reason) {
        Objects.requireNonNull(seats.remove(name)).end(reason);
    }

    /** A connection is lost; what there is of its session waits for the next. */
    synchronized void cut(String name, Subscriber.DetachReason reason) {
        Objects.requireNonNull(seats.get(name)).end(reason);
    }

    /** The process is killed: its session is told nothing, and keeps what it has. */
    synchronized void drop(String name) {
        Objects.requireNonNull(seats.get(name)).detach(false);
    }

    synchronized Set<String> filters(String session) {
        Set<String> texts = new HashSet<>();
        LoopbackSeat seat = seats.get(session);
        if (seat != null) {
            seat.specs().forEach(spec -> texts.add(spec.filter().text()));
        }
        return texts;
    }

    /** Names of the sessions that there are. */
    synchronized Set<String> sessions() {
        return Set.copyOf(seats.keySet());
    }

    // For the seats, which hold this object's lock

    Collection<LoopbackSeat> seats() {
        return seats.values();
    }

    /** What is retained; nothing for one that cannot. */
    Collection<Message> retained() {
        return retained == null ? List.of() : retained.values();
    }

    void forget(String session) {
        seats.remove(session);
    }

    // Transport

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

    void publish(Message message, @Nullable LoopbackSeat by, PublishCallback callback, long context) {
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

    private synchronized boolean route(Message message, @Nullable LoopbackSeat by) {
        if (message.retain() && retained != null) {
            if (message.payload().length == 0) {
                retained.remove(message.topic());
            } else {
                retained.put(message.topic(), message);
            }
        }
        List<LoopbackSeat> sharing = new ArrayList<>();
        boolean heard = false;
        for (LoopbackSeat seat : seats.values()) {
            for (FilterSpec spec : seat.specs()) {
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
    boolean share(Message message, List<LoopbackSeat> members) {
        List<LoopbackSeat> here =
                members.stream().filter(LoopbackSeat::isAttached).toList();
        List<LoopbackSeat> among = here.isEmpty() ? members : here;
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
        LoopbackSeat seat = seats.computeIfAbsent(options.name(), name -> new LoopbackSeat(this, name));
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
}
