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
import io.signalbox.transport.FilterSpec.RetainedDelivery;
import io.signalbox.transport.Health;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Match;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.StartPosition;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Subscriber.DetachReason;
import io.signalbox.transport.Transport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The contract in its plainest form: every call takes the one lock, does all of it at once, and answers. Its quirk, if
 * it has one, is a fault put in on purpose.
 */
final class MemoryTransport implements Transport {
    private static final int PAYLOAD_BYTES_MAX = 1 << 20;
    private static final int ATTEMPTS_MAX = 4;
    private static final long DEDUPLICATION_MILLIS = 120_000;

    final MemoryDisk disk;
    private final TimeSource time;
    private final Quirks quirk;
    private final Set<Feature> features;
    private boolean closed;
    private long published;
    private long replaysBegun;

    MemoryTransport(MemoryDisk disk, TimeSource time, Quirks quirk) {
        this.disk = disk;
        this.time = time;
        this.quirk = quirk;
        boolean few = quirk == Quirks.MODEST || quirk == Quirks.IGNORES_WHAT_IT_CANNOT_DO;
        features = few ? Quirks.MODEST_FEATURES : EnumSet.allOf(Feature.class);
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
            refusal = closed ? closedRefusal() : refuse(message, tag);
            if (refusal == null) {
                receipt = duplicate(message, publisher, tag);
            }
            if (refusal == null && receipt == null) {
                Message stamped = message.timestampMillis() == 0
                        ? message.toBuilder().timestampMillis(time.millis()).build()
                        : message;
                Map<Seat, List<Entry>> routes = route(stamped, publisher);
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

    private static Refusal closedRefusal() {
        return new Refusal(ReasonCode.CLOSED, "this transport is closed");
    }

    private @Nullable Refusal refuse(Message message, int tag) {
        if (message.payload().length > PAYLOAD_BYTES_MAX) {
            return new Refusal(
                    ReasonCode.PAYLOAD_TOO_LARGE,
                    "the payload has " + message.payload().length + " bytes; the limit is " + PAYLOAD_BYTES_MAX);
        }
        MessageProperties p = message.properties();
        return missing(
                message.retain() ? Feature.RETAINED : null,
                message.ttlMillis() > 0 ? Feature.EXPIRY : null,
                message.priority() != Message.PRIORITY_DEFAULT ? Feature.PRIORITY : null,
                tag != 0 || message.guarantee() == Guarantee.EXACTLY_ONCE ? Feature.EXACTLY_ONCE : null,
                p.orderingKey() != null ? Feature.ORDERED : null,
                p.idempotencyKey() != null ? Feature.DEDUPLICATION : null,
                p.replyTo() != null ? Feature.REQUEST_REPLY : null);
    }

    private @Nullable Refusal missing(@Nullable Feature... needed) {
        if (is(Quirks.IGNORES_WHAT_IT_CANNOT_DO)) {
            return null;
        }
        for (Feature feature : needed) {
            if (feature != null && !features.contains(feature)) {
                return new Refusal(ReasonCode.NOT_SUPPORTED, "the transport memory has no " + feature);
            }
        }
        return null;
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
                entries.forEach(entry -> enqueue(seat, entry));
                if (is(Quirks.DELIVERS_EACH_TENTH_TWICE) && published % 10 == 0) {
                    entries.forEach(e -> enqueue(seat, new Entry(e.message, e.match, e.fromRetained, e.group)));
                }
            }
            pump(seat);
        });
        return new Receipt(
                routes.isEmpty() ? Receipt.Outcome.NO_SUBSCRIBERS : Receipt.Outcome.ROUTED,
                Durability.ROUTED,
                sequence);
    }

    private Map<Seat, List<Entry>> route(Message original, @Nullable Seat publisher) {
        Message message = is(Quirks.LOSES_CORRELATION)
                ? original.toBuilder()
                        .properties(original.properties().toBuilder()
                                .correlation(null)
                                .build())
                        .build()
                : original;
        String from = publisher == null || is(Quirks.IGNORES_NO_LOCAL) ? null : publisher.options.name();
        Map<Seat, List<Entry>> routes = new LinkedHashMap<>();
        Map<String, List<Seat>> groups = new LinkedHashMap<>();
        for (Seat seat : disk.seats.values()) {
            if (is(Quirks.SHOWS_DOLLAR_TOPICS)
                    && message.topic().isSystem()
                    && seat.subscriptions.values().stream()
                            .anyMatch(s -> s.filter().text().equals("#"))) {
                add(routes, seat, new Entry(message, Match.plain(Guarantee.AT_LEAST_ONCE), false, null));
            }
            if (is(Quirks.ONE_DELIVERY_PER_OVERLAPPING_SUBSCRIPTION)) {
                seat.subscriptions.values().stream()
                        .filter(s -> s.filter().matches(message.topic()))
                        .forEach(s -> add(routes, seat, new Entry(message, Seat.union(List.of(s)), false, null)));
                continue;
            }
            seat.match(message, from).ifPresent(match -> add(routes, seat, new Entry(message, match, false, null)));
            for (FilterSpec spec : seat.subscriptions.values()) {
                if (spec.shareGroup() != null && spec.filter().matches(message.topic())) {
                    groups.computeIfAbsent(group(spec), g -> new ArrayList<>()).add(seat);
                }
            }
        }
        groups.forEach((group, members) -> {
            if (is(Quirks.SHARES_WITH_ALL)) {
                members.forEach(seat -> add(routes, seat, shared(message, seat, group)));
            } else {
                Seat member = pick(group, members);
                add(routes, member, shared(message, member, group));
            }
        });
        return routes;
    }

    private static void add(Map<Seat, List<Entry>> routes, Seat seat, Entry entry) {
        routes.computeIfAbsent(seat, s -> new ArrayList<>()).add(entry);
    }

    private static String group(FilterSpec spec) {
        return spec.shareGroup() + " " + spec.filter();
    }

    private Seat pick(String group, List<Seat> members) {
        List<Seat> here = members.stream().filter(seat -> seat.owner != null).toList();
        List<Seat> choice = here.isEmpty() ? members : here;
        return choice.get(disk.turns.merge(group, 1, Integer::sum) % choice.size());
    }

    private static Entry shared(Message message, Seat member, String group) {
        List<FilterSpec> specs = member.subscriptions.values().stream()
                .filter(s -> s.shareGroup() != null && group(s).equals(group))
                .toList();
        return new Entry(message, Seat.union(specs), false, group);
    }

    // Queues

    private void enqueue(Seat seat, Entry entry) {
        boolean once = entry.message.guarantee().atMost(entry.match.guarantee()) == Guarantee.AT_MOST_ONCE;
        if (once && seat.owner == null) {
            return;
        }
        if (seat.full(entry.message.payload().length)) {
            switch (seat.options.overflow()) {
                case DROP_OLDEST -> {
                    if (is(Quirks.DROPS_NEWEST)) {
                        return;
                    }
                    while (!seat.queue.isEmpty() && seat.full(entry.message.payload().length)) {
                        seat.queue.removeFirst();
                    }
                }
                case DEAD_LETTER -> {
                    disk.deadLetters.add(entry.message);
                    return;
                }
                case SPILL, REJECT_PUBLISH -> {}
            }
        }
        int end = seat.queue.size();
        seat.queue.add(is(Quirks.SWAPS_NEIGHBOURS) && end > 0 ? end - 1 : end, entry);
    }

    /** Hands over all that may be; called with the lock held. */
    void pump(Seat seat) {
        MemorySession owner = seat.owner;
        if (owner == null || (!owner.writable && !is(Quirks.IGNORES_WRITABLE))) {
            return;
        }
        boolean any = false;
        for (Entry entry = next(seat); entry != null; entry = next(seat)) {
            any = true;
            handOver(owner, entry);
        }
        if (any) {
            run(owner.lane, owner.subscriber::onTurnEnd);
        }
    }

    private @Nullable Entry next(Seat seat) {
        long now = time.millis();
        if (!is(Quirks.IGNORES_EXPIRY)) {
            seat.queue.removeIf(entry -> entry.id == 0 && entry.message.isExpired(now));
        }
        if (is(Quirks.IGNORES_PRIORITY) || is(Quirks.PARKS_NOTHING)) {
            Entry first = seat.queue.stream()
                    .filter(e -> e.notBefore <= now)
                    .findFirst()
                    .orElse(null);
            if (first != null && mayOffer(seat, first)) {
                seat.queue.remove(first);
                return first;
            }
            return null;
        }
        Entry next = seat.next(now);
        if (next != null && !mayOffer(seat, next)) {
            seat.queue.addFirst(next);
            // What needs no credit may go all the same.
            Optional<Entry> free = seat.queue.stream().filter(e -> !needsId(e)).findFirst();
            free.ifPresent(seat.queue::remove);
            return free.orElse(null);
        }
        return next;
    }

    private static boolean needsId(Entry entry) {
        return entry.message.guarantee().atMost(entry.match.guarantee()) != Guarantee.AT_MOST_ONCE;
    }

    private boolean mayOffer(Seat seat, Entry entry) {
        return !needsId(entry)
                || entry.id > 0
                || seat.unsettled.size() < seat.options.unsettledMax()
                || is(Quirks.IGNORES_CREDIT);
    }

    private void handOver(MemorySession owner, Entry entry) {
        Seat seat = owner.seat;
        if (needsId(entry)) {
            if (entry.id == 0 || is(Quirks.NEW_ID_AFTER_RECONNECT)) {
                seat.unsettled.remove(entry.id);
                entry.id = is(Quirks.NEW_ID_AFTER_RECONNECT)
                        ? seat.freeId() + 1_000 * (entry.offeredBefore ? 1 : 0)
                        : seat.freeId();
            }
            seat.unsettled.put(entry.id, entry);
            if (!seat.options.ackTimeout().isZero()) {
                entry.deadline = time.millis() + seat.options.ackTimeout().toMillis();
            }
        }
        int id = entry.id;
        int count = entry.deliveryCount;
        boolean again = entry.offeredBefore && !is(Quirks.NOT_CALLED_REDELIVERED);
        entry.offeredBefore = true;
        Executor where = is(Quirks.CALLS_OFF_LANE) ? Thread.ofVirtual()::start : owner.lane;
        run(where, () -> {
            if (ownedOr(owner, Quirks.IGNORES_TAKEOVER)) {
                owner.subscriber.onDelivery(id, entry.message, entry.match, count, again, entry.fromRetained);
            }
        });
    }

    private boolean ownedOr(MemorySession owner, Quirks excuse) {
        synchronized (disk) {
            return owner.attached() || is(excuse);
        }
    }

    private static void run(Executor where, Runnable task) {
        try {
            where.execute(task);
        } catch (RejectedExecutionException gone) {
            // The connection is closed; its detach follows.
        }
    }

    // Settling

    void settle(MemorySession session, int id, Settlement settlement) {
        synchronized (disk) {
            if (settlement instanceof Settlement.Modified) {
                Refusal refusal = missing(Feature.DELAYED_REDELIVERY);
                if (refusal != null) {
                    throw refusal.toException();
                }
            }
            Entry entry = session.attached() ? session.seat.unsettled.remove(id) : null;
            if (entry == null) {
                return;
            }
            settle(session.seat, entry, settlement);
            pump(session.seat);
        }
    }

    private void settle(Seat seat, Entry entry, Settlement settlement) {
        entry.id = 0;
        entry.deadline = Long.MAX_VALUE;
        switch (settlement) {
            case Settlement.Accepted accepted -> {}
            case Settlement.Released released -> {
                entry.deliveryCount += is(Quirks.RELEASES_WITH_BLAME) ? 1 : 0;
                seat.queue.addFirst(entry);
            }
            case Settlement.Modified modified -> {
                entry.deliveryCount++;
                if (entry.deliveryCount >= ATTEMPTS_MAX && !is(Quirks.NEVER_GIVES_UP)) {
                    disk.deadLetters.add(entry.message);
                } else {
                    entry.notBefore = is(Quirks.IGNORES_DELAY)
                            ? 0
                            : time.millis() + modified.delay().toMillis();
                    seat.queue.addFirst(entry);
                }
            }
            case Settlement.Rejected rejected -> {
                if (!is(Quirks.LOSES_REJECTED)) {
                    disk.deadLetters.add(entry.message);
                }
            }
        }
    }

    void received(MemorySession session, int id) {
        synchronized (disk) {
            Entry entry = session.attached() ? session.seat.unsettled.get(id) : null;
            if (entry != null) {
                entry.received = !is(Quirks.DELIVERS_RECEIVED_AGAIN);
                run(session.lane, () -> session.subscriber.onReleased(id));
            }
        }
    }

    void extend(MemorySession session, int id) {
        synchronized (disk) {
            Entry entry = session.attached() ? session.seat.unsettled.get(id) : null;
            if (entry != null && entry.deadline != Long.MAX_VALUE) {
                entry.deadline =
                        time.millis() + session.seat.options.ackTimeout().toMillis();
            }
        }
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
                    ? closedRefusal()
                    : missing(
                            Feature.SUBSCRIBE,
                            options.durable() ? Feature.DURABLE_SESSIONS : null,
                            options.overflow() == OverflowPolicy.DEAD_LETTER ? Feature.DEAD_LETTERS : null);
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
                    .forEach(entry -> run(lane, () -> subscriber.onReleased(entry.id)));
            Seat opened = seat;
            run(lane, () -> {
                synchronized (disk) {
                    pump(opened);
                }
            });
            return CompletableFuture.completedFuture(session);
        }
    }

    private void tell(MemorySession session, DetachReason reason) {
        if (!is(Quirks.SILENT_CLOSE) && !(is(Quirks.IGNORES_TAKEOVER) && reason == DetachReason.TAKEN_OVER)) {
            run(session.lane, () -> session.subscriber.onDetached(reason));
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
            held.addAll(seat.queue.stream().filter(e -> e.id == 0).toList());
            for (Entry entry : held) {
                String group = entry.group;
                List<Seat> others = group == null || is(Quirks.FORGETS_WHAT_A_LEAVING_MEMBER_HELD)
                        ? List.of()
                        : disk.seats.values().stream()
                                .filter(s -> s.subscriptions.values().stream()
                                        .anyMatch(spec -> spec.shareGroup() != null
                                                && group(spec).equals(group)))
                                .toList();
                if (group != null && !others.isEmpty()) {
                    Seat other = pick(group, others);
                    enqueue(other, shared(entry.message, other, group));
                    pump(other);
                }
            }
        }
    }

    // Subscribing

    List<@Nullable Refusal> subscribe(MemorySession session, List<FilterSpec> specs) {
        synchronized (disk) {
            List<@Nullable Refusal> results = new ArrayList<>();
            for (FilterSpec spec : specs) {
                Refusal refusal = refuse(spec);
                if (refusal == null) {
                    Session.Target target = new Session.Target(spec.filter(), spec.shareGroup());
                    boolean isNew = session.seat.subscriptions.put(target, spec) == null;
                    sendRetained(session.seat, spec, isNew);
                    sendPast(session.seat, spec);
                    pump(session.seat);
                }
                results.add(refusal);
            }
            return results;
        }
    }

    private @Nullable Refusal refuse(FilterSpec spec) {
        if (closed) {
            return closedRefusal();
        }
        if (spec.noLocal() && spec.shareGroup() != null) {
            return new Refusal(ReasonCode.FILTER_INVALID, "a shared subscription cannot be no-local");
        }
        return missing(
                spec.filter().isExact() ? null : Feature.WILDCARDS,
                spec.shareGroup() == null ? null : Feature.SHARE_GROUPS,
                spec.start() instanceof StartPosition.New ? null : Feature.REPLAY);
    }

    private void sendRetained(Seat seat, FilterSpec spec, boolean isNew) {
        boolean wanted =
                spec.retained() == RetainedDelivery.SEND || (spec.retained() == RetainedDelivery.SEND_IF_NEW && isNew);
        if (spec.shareGroup() != null || !wanted) {
            return;
        }
        disk.retained.values().stream()
                .filter(m -> spec.filter().matches(m.topic()))
                .forEach(m -> enqueue(seat, new Entry(m, Seat.union(List.of(spec)), true, null)));
    }

    private void sendPast(Seat seat, FilterSpec spec) {
        List<StoredMessage> past = past(spec.filter()::matches, spec.start());
        if (past.isEmpty()) {
            return;
        }
        replaysBegun++;
        long now = time.millis();
        long first = past.getFirst().timeMillis();
        for (StoredMessage stored : past) {
            Entry entry = new Entry(stored.message(), Seat.union(List.of(spec)), false, null);
            if (spec.replaySpeed() > 0 && !is(Quirks.IGNORES_SPEED)) {
                entry.notBefore = now + (long) ((stored.timeMillis() - first) / spec.replaySpeed());
            }
            if (!(is(Quirks.SKIPS_THE_SEAM) && stored == past.getLast())) {
                enqueue(seat, entry);
            }
            if (is(Quirks.REPEATS_THE_SEAM) && stored == past.getLast()) {
                enqueue(seat, new Entry(stored.message(), entry.match, false, null));
            }
        }
    }

    // The past

    private List<StoredMessage> past(Predicate<io.signalbox.topic.Topic> matching, StartPosition start) {
        List<StoredMessage> all = disk.log.stream()
                .filter(stored -> matching.test(stored.message().topic()))
                .toList();
        return switch (start) {
            case StartPosition.New now -> List.of();
            case StartPosition.All everything -> all;
            case StartPosition.Last last -> all.subList(Math.max(0, all.size() - last.count()), all.size());
            case StartPosition.LastPerTopic each ->
                all.stream().collect(Collectors.toMap(s -> s.message().topic(), s -> s, (a, b) -> b)).values().stream()
                        .sorted(Comparator.comparingLong(StoredMessage::sequence))
                        .toList();
            case StartPosition.Sequence from ->
                all.stream().filter(s -> s.sequence() >= from.sequence()).toList();
            case StartPosition.Time from ->
                all.stream().filter(s -> s.timeMillis() >= from.epochMillis()).toList();
        };
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        List<StoredMessage> found;
        synchronized (disk) {
            Refusal refusal = closed ? closedRefusal() : missing(Feature.REPLAY);
            if (refusal != null) {
                return CompletableFuture.failedFuture(refusal.toException());
            }
            found = past(request.filter()::matches, request.start()).stream()
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
                        settle(seat, entry, new Settlement.Modified(java.time.Duration.ZERO, "not settled in time"));
                    }
                }
                pump(seat);
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
        return "memory " + quirk + Arrays.asList(published, replaysBegun);
    }
}
