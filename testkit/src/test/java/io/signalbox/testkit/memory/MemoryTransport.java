package io.signalbox.testkit.memory;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Durability;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Health;
import io.signalbox.transport.Lane;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Subscriber.DetachReason;
import io.signalbox.transport.Transport;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The contract in its plainest form: every call takes the one lock, does all of it at once, and answers. Its quirk, if
 * it has one, is a fault put in on purpose.
 */
final class MemoryTransport implements Transport {
    static final int PAYLOAD_BYTES_MAX = 1 << 20;
    private static final long DEDUPLICATION_MILLIS = 120_000;

    final MemoryDisk disk;
    private final TimeSource time;
    private final Quirks quirk;
    private final Set<Feature> features;
    private final Doorkeeper doorkeeper;
    private final Router router;
    private final Past past;
    final Outlet outlet;
    final Settling settling;
    private boolean closed;
    private long published;

    MemoryTransport(MemoryDisk disk, TimeSource time, Quirks quirk) {
        this.disk = disk;
        this.time = time;
        this.quirk = quirk;
        boolean few = quirk == Quirks.MODEST || quirk == Quirks.IGNORES_WHAT_IT_CANNOT_DO;
        features = few ? Quirks.MODEST_FEATURES : EnumSet.allOf(Feature.class);
        doorkeeper = new Doorkeeper(quirk, features);
        router = new Router(disk, quirk);
        outlet = new Outlet(disk, time, quirk);
        past = new Past(disk, time, quirk, outlet);
        settling = new Settling(disk, time, quirk, doorkeeper, outlet);
        synchronized (disk) {
            disk.seats.values().forEach(seat -> seat.owner = null);
            disk.seats.values().removeIf(seat -> !seat.options.durable());
            if (quirk == Quirks.FORGETS_SESSIONS_ON_RESTART) {
                disk.seats.clear();
            }
            if (quirk == Quirks.FORGETS_TAGS_ON_RESTART) {
                disk.seats.values().forEach(seat -> seat.tags.clear());
            }
            if (quirk == Quirks.FORGETS_RETAINED_ON_RESTART) {
                disk.retained.clear();
            }
        }
    }

    private boolean is(Quirks other) {
        return quirk == other;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Capabilities capabilities() {
        return Capabilities.of(Durability.ROUTED, PAYLOAD_BYTES_MAX, features.toArray(Feature[]::new));
    }

    @Override
    public Health health() {
        return Health.UP;
    }

    // Publishing

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        publish(message, null, 0, callback, context);
    }

    void publish(Message message, @Nullable Seat publisher, int tag, PublishCallback callback, long context) {
        Refusal refusal = null;
        Receipt receipt = null;
        synchronized (disk) {
            if (closed && is(Quirks.HANGS_PUBLISHES_AFTER_CLOSE)) {
                return;
            }
            refusal = closed ? Doorkeeper.closed() : doorkeeper.refuse(message, tag);
            if (refusal == null) {
                receipt = duplicate(message, publisher, tag);
            }
            if (refusal == null && receipt == null) {
                Message stamped = message.timestampMillis() == 0
                        ? message.toBuilder().timestampMillis(time.millis()).build()
                        : message;
                Map<Seat, List<Entry>> routes = router.route(stamped, publisher);
                refusal = routes.keySet().stream()
                        .filter(seat -> seat.options.overflow() == OverflowPolicy.REJECT_PUBLISH
                                && seat.full(message.payload().length))
                        .findFirst()
                        .map(seat -> new Refusal(
                                ReasonCode.QUEUE_FULL,
                                "the queue of session " + seat.options.name() + " has " + seat.queue.size()
                                        + " messages; its bound is " + seat.options.queueMessagesMax()))
                        .orElse(null);
                if (refusal == null) {
                    receipt = accept(stamped, publisher, tag, routes);
                }
            }
        }
        if (refusal != null) {
            callback.refused(context, refusal);
        } else if (receipt != null) {
            callback.published(context, receipt.outcome(), receipt.durability(), receipt.sequence());
        }
    }

    private @Nullable Receipt duplicate(Message message, @Nullable Seat publisher, int tag) {
        Long earlier = publisher == null || tag == 0 ? null : publisher.tags.get(tag);
        if (earlier != null) {
            return new Receipt(Receipt.Outcome.DUPLICATE, Durability.ROUTED, earlier);
        }
        String key = key(message);
        MemoryDisk.Seen seen = key == null ? null : disk.seen.get(key);
        if (seen == null
                || time.millis() - seen.timeMillis() > DEDUPLICATION_MILLIS
                || is(Quirks.IGNORES_DEDUPLICATION)) {
            return null;
        }
        return new Receipt(Receipt.Outcome.DUPLICATE, Durability.ROUTED, seen.sequence());
    }

    private static @Nullable String key(Message message) {
        MessageProperties p = message.properties();
        return p.idempotencyKey() != null ? "key " + p.idempotencyKey() : p.id() != null ? "id " + p.id() : null;
    }

    private Receipt accept(Message message, @Nullable Seat publisher, int tag, Map<Seat, List<Entry>> routes) {
        long sequence = message.guarantee() == Guarantee.AT_MOST_ONCE ? 0 : disk.log.size() + 1L;
        disk.log.add(new StoredMessage(sequence, time.millis(), message));
        if (publisher != null && tag != 0) {
            publisher.tags.put(tag, sequence);
        }
        String key = key(message);
        if (key != null) {
            disk.seen.put(key, new MemoryDisk.Seen(sequence, time.millis()));
        }
        if (message.retain()) {
            disk.retained.remove(message.topic().text());
            if (message.payload().length > 0 || is(Quirks.RETAINS_EMPTY_PAYLOADS)) {
                disk.retained.put(message.topic().text(), message);
            }
        }
        published++;
        routes.forEach((seat, entries) -> {
            if (!(is(Quirks.LOSES_EACH_TENTH) && published % 10 == 0)) {
                entries.forEach(entry -> outlet.enqueue(seat, entry));
                if (is(Quirks.DELIVERS_EACH_TENTH_TWICE) && published % 10 == 0) {
                    entries.forEach(e -> outlet.enqueue(seat, new Entry(e.message, e.match, e.fromRetained, e.group)));
                }
            }
            outlet.pump(seat);
        });
        return new Receipt(
                routes.isEmpty() ? Receipt.Outcome.NO_SUBSCRIBERS : Receipt.Outcome.ROUTED,
                Durability.ROUTED,
                sequence);
    }

    void forget(Seat seat, int tag, PublishCallback callback, long context) {
        Long was;
        synchronized (disk) {
            was = seat.tags.remove(tag);
        }
        callback.published(
                context,
                was == null ? Receipt.Outcome.DUPLICATE : Receipt.Outcome.ROUTED,
                Durability.ROUTED,
                was == null ? 0 : was);
    }

    // Sessions

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        synchronized (disk) {
            Refusal refusal = closed
                    ? Doorkeeper.closed()
                    : doorkeeper.missing(
                            Feature.SUBSCRIBE,
                            options.durable() ? Feature.DURABLE_SESSIONS : null,
                            options.overflow() == OverflowPolicy.DEAD_LETTER ? Feature.DEAD_LETTERS : null,
                            options.overflow() == OverflowPolicy.REJECT_PUBLISH ? Feature.REFUSAL_WHEN_FULL : null);
            if (refusal != null) {
                return CompletableFuture.failedFuture(refusal.toException());
            }
            tick();
            Seat seat = disk.seats.get(options.name());
            if (seat != null && seat.owner != null) {
                tell(seat.owner, DetachReason.TAKEN_OVER);
                seat.owner = null;
            }
            if (seat != null && (options.cleanStart() || !seat.options.durable())) {
                remove(seat);
                seat = null;
            }
            boolean resumed = seat != null;
            if (seat == null) {
                seat = new Seat(options);
                disk.seats.put(options.name(), seat);
            }
            seat.options = options;
            MemorySession session = new MemorySession(this, seat, lane, subscriber, resumed);
            seat.owner = session;
            seat.offerAgainAfterReconnect();
            seat.unsettled.values().stream()
                    .filter(entry -> entry.received)
                    .forEach(entry -> Outlet.run(lane, () -> subscriber.onReleased(entry.id)));
            Seat opened = seat;
            Outlet.run(lane, () -> {
                synchronized (disk) {
                    outlet.pump(opened);
                }
            });
            return CompletableFuture.completedFuture(session);
        }
    }

    private void tell(MemorySession session, DetachReason reason) {
        if (!is(Quirks.SILENT_CLOSE) && !(is(Quirks.IGNORES_TAKEOVER) && reason == DetachReason.TAKEN_OVER)) {
            Outlet.run(session.lane, () -> session.subscriber.onDetached(reason));
        }
    }

    void detach(MemorySession session) {
        synchronized (disk) {
            if (!session.attached()) {
                return;
            }
            session.seat.owner = null;
            session.seat.detachedAt = time.millis();
            if (!session.seat.options.durable()) {
                remove(session.seat);
            }
        }
    }

    /** What the session held for its share groups goes to the others. */
    void remove(Seat seat) {
        synchronized (disk) {
            disk.seats.values().remove(seat);
            seat.owner = null;
            List<Entry> held = new ArrayList<>(seat.unsettled.values());
            if (!is(Quirks.HANDS_ON_WHAT_HAS_BEGUN)) {
                held.removeIf(Entry::isExactlyOnce);
            }
            held.addAll(seat.queue.stream().filter(e -> e.id == 0).toList());
            for (Entry entry : held) {
                String group = entry.group;
                List<Seat> others = group == null || is(Quirks.FORGETS_WHAT_A_LEAVING_MEMBER_HELD)
                        ? List.of()
                        : disk.seats.values().stream()
                                .filter(s -> s.subscriptions.values().stream()
                                        .anyMatch(spec -> spec.shareGroup() != null
                                                && Router.group(spec).equals(group)))
                                .toList();
                if (group != null && !others.isEmpty()) {
                    Seat other = router.pick(group, others);
                    outlet.enqueue(other, Router.shared(entry.message, other, group));
                    outlet.pump(other);
                }
            }
        }
    }

    // Subscribing

    List<@Nullable Refusal> subscribe(MemorySession session, List<FilterSpec> specs) {
        synchronized (disk) {
            List<@Nullable Refusal> results = new ArrayList<>();
            for (FilterSpec spec : specs) {
                Refusal refusal = closed ? Doorkeeper.closed() : doorkeeper.refuse(spec);
                if (refusal == null) {
                    Session.Target target = new Session.Target(spec.filter(), spec.shareGroup());
                    boolean isNew = session.seat.subscriptions.put(target, spec) == null;
                    past.sendRetained(session.seat, spec, isNew);
                    past.sendPast(session.seat, spec);
                    outlet.pump(session.seat);
                }
                results.add(refusal);
            }
            return results;
        }
    }

    // The past

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        List<StoredMessage> found;
        synchronized (disk) {
            Refusal refusal = closed ? Doorkeeper.closed() : doorkeeper.missing(Feature.REPLAY);
            if (refusal != null) {
                return CompletableFuture.failedFuture(refusal.toException());
            }
            found = past.past(request.filter()::matches, request.start()).stream()
                    .filter(s -> s.timeMillis() <= request.untilMillis())
                    .limit(request.limit())
                    .toList();
        }
        CompletableFuture<Long> count = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                long seen = 0;
                for (StoredMessage stored : found) {
                    seen++;
                    if (!visitor.test(stored)) {
                        break;
                    }
                }
                count.complete(seen);
            } catch (RuntimeException e) {
                count.completeExceptionally(e);
            }
        });
        return count;
    }

    // Time and the end

    /** Whatever is due. */
    void tick() {
        synchronized (disk) {
            long now = time.millis();
            for (Seat seat : List.copyOf(disk.seats.values())) {
                boolean ends = seat.owner == null
                        && seat.options.expiry().compareTo(SessionOptions.NEVER) < 0
                        && now - seat.detachedAt >= seat.options.expiry().toMillis();
                if (ends) {
                    remove(seat);
                    continue;
                }
                for (Entry entry : List.copyOf(seat.unsettled.values())) {
                    if (now >= entry.deadline) {
                        seat.unsettled.remove(entry.id);
                        settling.settle(
                                seat, entry, new Settlement.Modified(java.time.Duration.ZERO, "not settled in time"));
                    }
                }
                outlet.pump(seat);
            }
        }
    }

    @Override
    public void close() {
        synchronized (disk) {
            if (closed) {
                return;
            }
            closed = true;
            for (Seat seat : disk.seats.values()) {
                if (seat.owner != null) {
                    tell(seat.owner, DetachReason.SHUTTING_DOWN);
                    seat.owner = null;
                }
            }
        }
    }

    /** For the reader of a failure. */
    @Override
    public String toString() {
        return "memory " + quirk + "[" + published + "]";
    }
}
