package io.signalbox.broker.session;

import io.signalbox.broker.DeadLetter.DeathReason;
import io.signalbox.broker.SessionInfo.State;
import io.signalbox.broker.ledger.DropReason;
import io.signalbox.broker.routing.Recipient;
import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Match;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One session: its queue, what is under way, and who is connected. All state belongs to the current turn; other
 * threads post. While somebody is connected, turns run on that connection's lane, otherwise in the background.
 */
public final class BrokerSession extends Turns implements Recipient {
    /** A past that is longer waits until the queue is shorter than this. */
    private static final int CATCH_UP_BELOW = 1_000;

    private final long id;
    private final SessionHost host;
    private final boolean durable;
    private final Account account = new Account();
    private final DeliveryQueue queue = new DeliveryQueue();
    private final Unsettled unsettled = new Unsettled();
    private final SettledBuffer settled = new SettledBuffer();
    private final Floor floor = new Floor();
    private final QueueMemory memory;
    private final ReceiveRights rights;
    private final Set<Integer> tags = new HashSet<>(0);
    private final Backlog backlog;
    private final CatchingUp past = new CatchingUp();

    private volatile SessionOptions options;
    private volatile State state = State.OFFLINE;
    private long sinceMillis;
    private @Nullable Attachment attachment;
    private @Nullable CompletableFuture<Session> attaching;
    private boolean writable = true;
    private boolean loading;
    private boolean removed;
    private boolean hasTtl;
    private long nextOrder;
    private long armedMillis = Long.MAX_VALUE;

    public BrokerSession(long id, SessionOptions options, SessionHost host) {
        super(host.background());
        this.id = id;
        this.options = options;
        this.host = host;
        this.durable = options.durable();
        this.backlog = new Backlog(host.config().transientQueueBytesMax());
        this.memory = new QueueMemory(host);
        this.rights = new ReceiveRights(host.authorizer());
        this.sinceMillis = host.time().millis();
    }

    @Override
    public long id() {
        return id;
    }

    public String name() {
        return options.name();
    }

    public SessionOptions options() {
        return options;
    }

    @Override
    public boolean durable() {
        return durable;
    }

    @Override
    public boolean online() {
        return state == State.ONLINE;
    }

    @Override
    public boolean refusesMore() {
        return options.overflow() == OverflowPolicy.REJECT_PUBLISH
                && state != State.SUSPECT
                && account.owed() >= options.queueMessagesMax();
    }

    /** Exactly-once tags that its publisher has not let go of. Owned by the journal's thread. */
    public Set<Integer> tags() {
        return tags;
    }

    SessionHost host() {
        return host;
    }

    @Nullable
    Attachment attachment() {
        return attachment;
    }

    /** The lowest log position this session still needs, as far as it has worked off its mailbox. Any thread. */
    public Floor floor() {
        return floor;
    }

    // ---- from any thread

    @Override
    public void offer(
            TopicEntry topic,
            Message message,
            Match match,
            long position,
            long sequence,
            boolean logged,
            @Nullable ShareGroup group) {
        if (message.guarantee() != Guarantee.AT_MOST_ONCE && match.guarantee() != Guarantee.AT_MOST_ONCE) {
            account.owe();
            if (position > 0) {
                floor.offered(position);
            }
        }
        post(new Offer(topic, message, match, position, sequence, logged, group));
    }

    /** Makes this connection the session's. The future completes on the lane, before the first delivery. */
    public void attach(
            SessionOptions opened,
            Lane lane,
            Subscriber subscriber,
            boolean resumed,
            CompletableFuture<Session> opening) {
        post((Runnable) () -> attachNow(opened, new Attachment(this, lane, subscriber, resumed), opening));
    }

    /** Ends it: whoever is connected is told, and what is queued is counted as dropped. */
    public void close(DetachReason reason) {
        post((Runnable) () -> closeNow(reason));
    }

    /** The connection is told and goes; the queue of a durable session stays as the log has it. */
    public CompletableFuture<Void> shutDown() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        post((Runnable) () -> {
            flushSettled();
            if (attachment != null) {
                attachment.subscriber.onDetached(DetachReason.SHUTTING_DOWN);
                leave(State.OFFLINE);
            }
            done.complete(null);
        });
        return done;
    }

    public void tick() {
        post((Runnable) this::tickNow);
    }

    /** A piece of the past, after {@link #beginCatchUp}. */
    public void catchUp(CatchUp piece) {
        post(piece);
    }

    public CompletableFuture<SessionReport> report() {
        CompletableFuture<SessionReport> report = new CompletableFuture<>();
        post((Runnable) () -> report.complete(reportNow()));
        return report;
    }

    /** Live messages wait from now on until the past has come. Called by the journal's thread, before it offers more. */
    public void beginCatchUp() {
        post((Runnable) () -> {
            past.begin();
        });
    }

    /** Restores a delivery from before a restart. Before the first turn only. */
    public void restore(
            TopicEntry topic,
            Message message,
            Match match,
            long position,
            long sequence,
            int deliveryCount,
            int deliveryId) {
        QueueEntry entry = new QueueEntry(nextOrder++, topic, message, match, position, sequence, true, false, null);
        entry.deliveryCount = deliveryCount;
        entry.redelivered = true;
        entry.assigned = deliveryId > 0;
        account.offered(topic);
        account.owe();
        hasTtl |= entry.expiresAtMillis > 0;
        floor.offered(position);
        floor.processed();
        floor.add(entry);
        if (deliveryId > 0) {
            unsettled.put(deliveryId, entry);
        } else {
            queue.add(entry);
        }
        memory.keep(entry, false);
    }

    /** Restores an exactly-once delivery whose receiver had it before a restart. */
    public void restoreReceived(TopicEntry topic, Message placeholder, long position, int deliveryId) {
        QueueEntry entry = new QueueEntry(
                nextOrder++, topic, placeholder, Match.plain(Guarantee.EXACTLY_ONCE), position, 0, true, false, null);
        entry.received = true;
        entry.done = true;
        unsettled.put(deliveryId, entry);
    }

    public void restoreDone(long sinceMillis) {
        this.sinceMillis = sinceMillis;
        floor.turnEnded();
        tick();
    }

    // ---- in a turn

    @Override
    void handle(Object item) {
        beginTurn();
        switch (item) {
            case Offer offer -> onOffer(offer);
            case CatchUp piece -> onCatchUp(piece);
            case Runnable action -> action.run();
            default -> throw new IllegalStateException("unknown item " + item.getClass());
        }
    }

    private void beginTurn() {
        if (attachment != null && executor() != attachment.lane) {
            leave(State.SUSPECT);
        }
        if (attaching != null) {
            attached();
        }
    }

    private void onOffer(Offer offer) {
        account.offered();
        if (removed) {
            dropOffer(offer, DropReason.SESSION_CLOSED);
        } else if (past.active()) {
            Offer oldest = past.hold(offer, options.queueMessagesMax());
            if (oldest != null) {
                dropOffer(oldest, DropReason.QUEUE_FULL);
            }
        } else {
            accept(offer);
        }
    }

    private void accept(Offer offer) {
        if (isAtMostOnce(offer)) {
            acceptAtMostOnce(offer);
        } else {
            processed(offer);
            enqueue(new QueueEntry(
                    nextOrder++,
                    offer.topic(),
                    offer.message(),
                    offer.match(),
                    offer.position(),
                    offer.sequence(),
                    offer.logged(),
                    false,
                    offer.group()));
        }
    }

    private static boolean isAtMostOnce(Offer offer) {
        return offer.message().guarantee() == Guarantee.AT_MOST_ONCE
                || offer.match().guarantee() == Guarantee.AT_MOST_ONCE;
    }

    private void acceptAtMostOnce(Offer offer) {
        if (attachment == null) {
            dropOffer(offer, DropReason.OFFLINE);
        } else if (writable && backlog.isEmpty()) {
            deliverAtMostOnce(offer);
        } else if (!backlog.add(offer)) {
            dropOffer(offer, DropReason.SLOW_CONSUMER);
        }
    }

    private void deliverAtMostOnce(Offer offer) {
        Attachment to = attachment;
        if (to == null) {
            dropOffer(offer, DropReason.OFFLINE);
        } else if (offer.message().ttlMillis() > 0
                && offer.message().isExpired(host.time().millis())) {
            account.expired(offer.topic());
        } else if (!rights.mayReceive(options.principal(), offer.topic().topic())) {
            dropOffer(offer, DropReason.NOT_AUTHORIZED);
        } else {
            account.delivered(offer.topic());
            to.subscriber.onDelivery(0, offer.message(), offer.match(), 0, false, false);
        }
    }

    private void dropBacklog(DropReason reason) {
        Offer offer;
        while ((offer = backlog.poll()) != null) {
            dropOffer(offer, reason);
        }
    }

    private void dropOffer(Offer offer, DropReason reason) {
        account.dropped(offer.topic(), reason);
        if (!isAtMostOnce(offer)) {
            processed(offer);
            account.noLongerOwed();
            if (offer.logged()) {
                settled.add(offer.position());
            }
        }
    }

    private void processed(Offer offer) {
        if (offer.position() > 0) {
            floor.processed();
        }
    }

    private void enqueue(QueueEntry entry) {
        if (isFull() && state != State.SUSPECT) {
            switch (options.overflow()) {
                case DROP_OLDEST -> {
                    while (isFull() && queue.size() > 0) {
                        dropOldest();
                    }
                }
                case DEAD_LETTER -> {
                    deadLetter(
                            entry,
                            DeathReason.MAX_LENGTH,
                            "the queue is full: " + queue.size() + " messages, " + queue.bytes() + " bytes");
                    return;
                }
                case SPILL, REJECT_PUBLISH -> {}
            }
        }
        queue.add(entry);
        floor.add(entry);
        hasTtl |= entry.expiresAtMillis > 0;
        if (entry.expiresAtMillis > 0 && attachment == null) {
            arm(entry.expiresAtMillis);
        }
        if (!memory.keep(entry, attachment != null) && entry.position == 0) {
            dropOldest();
        }
    }

    private boolean isFull() {
        return queue.size() >= options.queueMessagesMax() || queue.bytes() >= options.queueBytesMax();
    }

    private void dropOldest() {
        QueueEntry oldest = queue.takeOldest();
        if (oldest != null) {
            drop(oldest, DropReason.QUEUE_FULL);
        }
    }

    private void drop(QueueEntry entry, DropReason reason) {
        account.dropped(entry.topic, reason);
        finish(entry);
    }

    /** The delivery left the queue, for whatever reason; the log hears of it at the end of the turn. */
    private void finish(QueueEntry entry) {
        if (entry.done) {
            return;
        }
        entry.done = true;
        account.noLongerOwed();
        memory.release(entry);
        if (entry.logged) {
            settled.add(entry.position);
        }
    }

    @Override
    void endTurn() {
        beginTurn();
        if (attachment != null) {
            pump();
            attachment.subscriber.onTurnEnd();
        }
        account.flush();
        flushSettled();
        floor.turnEnded();
    }

    private void flushSettled() {
        settled.flush(host, id);
    }

    /** Hands over what credit and connection allow. */
    private void pump() {
        Offer waiting;
        while (writable && attachment != null && (waiting = backlog.poll()) != null) {
            deliverAtMostOnce(waiting);
        }
        long now = 0;
        while (writable && attachment != null && unsettled.size() < options.unsettledMax()) {
            QueueEntry next = queue.peek();
            if (next == null) {
                break;
            }
            Message message = next.message;
            if (message == null) {
                load();
                break;
            }
            if (next.expiresAtMillis > 0) {
                now = now == 0 ? host.time().millis() : now;
                if (next.isExpired(now)) {
                    queue.take(next);
                    expire(next);
                    continue;
                }
            }
            queue.take(next);
            if (!rights.mayReceive(options.principal(), next.topic.topic())) {
                drop(next, DropReason.NOT_AUTHORIZED);
                continue;
            }
            deliver(next, message);
        }
        if (queue.size() < CATCH_UP_BELOW) {
            past.room();
        }
    }

    private void deliver(QueueEntry entry, Message message) {
        if (entry.match.guarantee().atMost(message.guarantee()) == Guarantee.AT_MOST_ONCE) {
            account.delivered(entry.topic);
            finish(entry);
            subscriber().onDelivery(0, message, entry.match, 0, false, entry.fromRetained);
            return;
        }
        unsettled.add(entry);
        if (needsAssignment(entry, message)) {
            int deliveryId = entry.deliveryId;
            entry.assigned = false;
            host.assigned(
                    id,
                    entry.position,
                    deliveryId,
                    () -> post((Runnable) () -> {
                        if (unsettled.get(deliveryId) == entry && !entry.assigned) {
                            entry.assigned = true;
                            handOver(entry, message);
                        }
                    }));
        } else {
            handOver(entry, message);
        }
    }

    /** Its id must outlive a crash, or it would come again under another. */
    private static boolean needsAssignment(QueueEntry entry, Message message) {
        return entry.logged && message.guarantee().atMost(entry.match.guarantee()) == Guarantee.EXACTLY_ONCE;
    }

    private void handOver(QueueEntry entry, Message message) {
        Attachment to = attachment;
        if (to == null) {
            return;
        }
        boolean again = entry.redelivered;
        entry.redelivered = true;
        if (!options.ackTimeout().isZero()) {
            entry.ackDeadlineMillis =
                    host.time().millis() + options.ackTimeout().toMillis();
            arm(entry.ackDeadlineMillis);
        }
        to.subscriber.onDelivery(
                entry.deliveryId, message, entry.match, entry.deliveryCount, again, entry.fromRetained);
    }

    private Subscriber subscriber() {
        Attachment a = attachment;
        if (a == null) {
            throw new IllegalStateException("session " + name() + " has no connection");
        }
        return a.subscriber;
    }

    private void expire(QueueEntry entry) {
        account.expired(entry.topic);
        finish(entry);
    }

    private void deadLetter(QueueEntry entry, DeathReason reason, String error) {
        Message message = messageOf(entry);
        if (message == null) {
            drop(entry, DropReason.UNREADABLE);
            return;
        }
        account.dead(entry.topic);
        host.deadLetter(
                this,
                reason,
                error,
                Math.max(1, entry.deliveryCount),
                message,
                entry.sequence,
                entry.position,
                entry.logged);
        if (!entry.done) {
            entry.done = true;
            account.noLongerOwed();
            memory.release(entry);
        }
    }

    private @Nullable Message messageOf(QueueEntry entry) {
        Message message = entry.message;
        if (message != null) {
            return message;
        }
        try {
            return host.read(entry.position);
        } catch (RuntimeException e) {
            host.unreadable(this, entry.position, e);
            return null;
        }
    }

    /** Payloads that were let go come back in groups, read by a thread that may wait for the disk. */
    private void load() {
        if (loading) {
            return;
        }
        loading = true;
        List<QueueEntry> wanted = queue.withoutMessage(256);
        host.background().execute(() -> {
            List<@Nullable Message> messages = new ArrayList<>(wanted.size());
            long bytes = 0;
            for (QueueEntry entry : wanted) {
                if (bytes > 1 << 20) {
                    break;
                }
                try {
                    Message message = host.read(entry.position);
                    bytes += message.payload().length;
                    messages.add(message);
                } catch (RuntimeException e) {
                    host.unreadable(this, entry.position, e);
                    messages.add(null);
                }
            }
            post((Runnable) () -> loaded(wanted, messages));
        });
    }

    private void loaded(List<QueueEntry> wanted, List<@Nullable Message> messages) {
        loading = false;
        for (int i = 0; i < messages.size(); i++) {
            QueueEntry entry = wanted.get(i);
            Message message = messages.get(i);
            if (entry.done || entry.message != null) {
                continue;
            }
            if (message == null) {
                queue.removeIf(e -> e == entry, e -> drop(e, DropReason.UNREADABLE));
            } else {
                memory.restored(entry, message);
            }
        }
    }

    // ---- from the connection, on its lane

    void settle(int deliveryId, Settlement settlement) {
        QueueEntry entry = unsettled.get(deliveryId);
        if (entry == null) {
            return;
        }
        int id = entry.deliveryId;
        unsettled.remove(entry);
        if (entry.received) {
            if (entry.logged) {
                host.completed(this.id, id);
            }
            wake();
            return;
        }
        switch (settlement) {
            case Settlement.Accepted a -> accepted(entry);
            case Settlement.Released r -> giveBack(entry);
            case Settlement.Modified(Duration delay, String error) -> failed(entry, delay, error);
            case Settlement.Rejected(String reason) -> {
                entry.deliveryCount++;
                queue.unpark(entry);
                deadLetter(entry, DeathReason.REJECTED, reason);
            }
        }
        wake();
    }

    private void accepted(QueueEntry entry) {
        account.delivered(entry.topic);
        queue.unpark(entry);
        finish(entry);
    }

    private void giveBack(QueueEntry entry) {
        queue.putBack(entry);
        memory.keep(entry, attachment != null);
    }

    private void failed(QueueEntry entry, Duration delay, String error) {
        entry.deliveryCount++;
        if (entry.deliveryCount >= host.config().deliveryAttemptsMax()) {
            queue.unpark(entry);
            deadLetter(entry, DeathReason.DELIVERY_LIMIT, error);
            return;
        }
        if (entry.logged) {
            host.failed(id, entry.position, entry.deliveryCount);
        }
        List<Duration> delays = host.config().retryDelays();
        Duration wait = !delay.isZero() || delays.isEmpty()
                ? delay
                : delays.get(Math.min(entry.deliveryCount, delays.size()) - 1);
        entry.notBeforeMillis = host.time().millis() + wait.toMillis();
        queue.delay(entry);
        memory.keep(entry, attachment != null);
        arm(entry.notBeforeMillis);
    }

    void received(int deliveryId) {
        QueueEntry entry = unsettled.get(deliveryId);
        if (entry == null) {
            return;
        }
        if (entry.received) {
            subscriber().onReleased(deliveryId);
            return;
        }
        entry.received = true;
        account.delivered(entry.topic);
        entry.done = true;
        account.noLongerOwed();
        memory.release(entry);
        Runnable released = () -> post((Runnable) () -> {
            if (attachment != null && unsettled.get(deliveryId) == entry) {
                attachment.subscriber.onReleased(deliveryId);
            }
        });
        if (entry.logged) {
            host.received(id, entry.position, deliveryId, released);
        } else {
            released.run();
        }
    }

    void extend(int deliveryId) {
        QueueEntry entry = unsettled.get(deliveryId);
        if (entry != null && entry.ackDeadlineMillis > 0) {
            entry.ackDeadlineMillis =
                    host.time().millis() + options.ackTimeout().toMillis();
        }
    }

    void writable(boolean now) {
        writable = now;
        if (now) {
            wake();
        }
    }

    void expiry(Duration expiry) {
        options = options.withExpiry(expiry);
        host.expiryChanged(this);
    }

    void detach(boolean clean) {
        leave(clean ? State.OFFLINE : State.SUSPECT);
    }

    // ---- coming and going

    private void attachNow(SessionOptions opened, Attachment next, CompletableFuture<Session> opening) {
        if (removed) {
            opening.completeExceptionally(
                    new SignalboxException(ReasonCode.CLOSED, "session '" + name() + "' was removed meanwhile"));
            return;
        }
        if (attachment != null) {
            Attachment old = attachment;
            attachment = null;
            old.subscriber.onDetached(DetachReason.TAKEN_OVER);
        }
        options = opened;
        attachment = next;
        attaching = opening;
        writable = true;
        enter(State.ONLINE);
        moveTo(next.lane);
    }

    /** First thing on the new lane: the opener hears of it, then gets again what was under way. */
    private void attached() {
        CompletableFuture<Session> opening = attaching;
        Attachment current = attachment;
        attaching = null;
        if (opening == null) {
            return;
        }
        if (current == null) {
            opening.completeExceptionally(
                    new SignalboxException(ReasonCode.CLOSED, "the connection's lane takes no more"));
            return;
        }
        host.attachment(this, true);
        opening.complete(current);
        for (QueueEntry entry : unsettled.all()) {
            if (attachment != current) {
                return;
            }
            if (entry.received) {
                current.subscriber.onReleased(entry.deliveryId);
                continue;
            }
            Message message = messageOf(entry);
            if (message == null) {
                unsettled.remove(entry);
                drop(entry, DropReason.UNREADABLE);
            } else if (entry.assigned || !needsAssignment(entry, message)) {
                memory.restored(entry, message);
                entry.redelivered = true;
                handOver(entry, message);
            }
        }
    }

    private void enter(State next) {
        state = next;
        sinceMillis = host.time().millis();
    }

    private void leave(State next) {
        attachment = null;
        dropBacklog(DropReason.OFFLINE);
        enter(next);
        if (options.expiry().isZero()) {
            host.remove(this);
        } else {
            host.attachment(this, false);
            if (next == State.SUSPECT) {
                arm(sinceMillis + host.config().suspectGrace().toMillis());
            }
            armExpiry();
        }
        handOverShared();
        memory.shrink(queue);
        flushSettled();
        wake();
        moveTo(host.background());
    }

    private void armExpiry() {
        if (!options.expiry().equals(SessionOptions.NEVER)) {
            arm(sinceMillis + options.expiry().toMillis());
        }
    }

    /** What came through a share group goes to members who are here (MQTT 5, 4.8.2 allows it; users expect it). */
    private void handOverShared() {
        List<QueueEntry> moving = new ArrayList<>(0);
        queue.removeIf(this::canMove, moving::add);
        for (QueueEntry entry : unsettled.all()) {
            if (!entry.received && canMove(entry)) {
                unsettled.remove(entry);
                moving.add(entry);
            }
        }
        moving.forEach(this::move);
    }

    private boolean canMove(QueueEntry entry) {
        return entry.group != null && (!durable || entry.group.hasOnlineBesides(this));
    }

    private void move(QueueEntry entry) {
        Message message = messageOf(entry);
        ShareGroup group = entry.group;
        if (message != null
                && group != null
                && host.handOver(this, group, new Handover(entry.topic, message, entry.position, entry.sequence))) {
            drop(entry, DropReason.HANDED_OVER);
        } else {
            queue.putBack(entry);
        }
    }

    private void closeNow(DetachReason reason) {
        if (removed) {
            return;
        }
        removed = true;
        if (attachment != null) {
            attachment.subscriber.onDetached(reason);
            attachment = null;
        }
        state = State.EXPIRED;
        dropBacklog(DropReason.SESSION_CLOSED);
        past.abandon(offer -> dropOffer(offer, DropReason.SESSION_CLOSED));
        handOverShared();
        queue.removeIf(e -> true, e -> drop(e, DropReason.SESSION_CLOSED));
        for (QueueEntry entry : unsettled.all()) {
            unsettled.remove(entry);
            if (!entry.received) {
                drop(entry, DropReason.SESSION_CLOSED);
            }
        }
        settled.forget();

        moveTo(host.background());
    }

    // ---- time

    private void arm(long epochMillis) {
        if (epochMillis < armedMillis) {
            armedMillis = epochMillis;
            host.wakeAt(this, epochMillis);
        }
    }

    private void tickNow() {
        if (removed) {
            return;
        }
        armedMillis = Long.MAX_VALUE;
        long now = host.time().millis();
        queue.wake(now);
        if (queue.nextWakeMillis() > 0) {
            arm(queue.nextWakeMillis());
        }
        if (!options.ackTimeout().isZero()) {
            takeBackOverdue(now);
        }
        if (hasTtl && attachment == null) {
            queue.removeIf(e -> e.isExpired(now), this::expire);
            long earliest = queue.earliestExpiryMillis();
            hasTtl = earliest > 0;
            if (hasTtl) {
                arm(earliest);
            }
        }
        if (attachment != null) {
            return;
        }
        if (durable
                && !options.expiry().equals(SessionOptions.NEVER)
                && now - sinceMillis >= options.expiry().toMillis()) {
            host.onExpired(this);
            return;
        }
        if (state == State.SUSPECT) {
            long graceEnds = sinceMillis + host.config().suspectGrace().toMillis();
            if (now >= graceEnds) {
                state = State.OFFLINE;
                if (options.overflow() == OverflowPolicy.DROP_OLDEST) {
                    while (queue.size() > options.queueMessagesMax()) {
                        dropOldest();
                    }
                }
            } else {
                arm(graceEnds);
            }
        }
        armExpiry();
    }

    private void takeBackOverdue(long now) {
        for (QueueEntry entry : unsettled.all()) {
            if (entry.received || entry.ackDeadlineMillis == 0) {
                continue;
            }
            if (entry.ackDeadlineMillis <= now) {
                unsettled.remove(entry);
                entry.ackDeadlineMillis = 0;
                failed(entry, Duration.ZERO, "not settled within " + options.ackTimeout());
            } else {
                arm(entry.ackDeadlineMillis);
            }
        }
    }

    // ---- the past

    private void onCatchUp(CatchUp piece) {
        if (removed) {
            piece.permits().release(1_000);
            return;
        }
        for (StoredMessage stored : piece.messages()) {
            TopicEntry topic = host.topic(stored.message().topic());
            account.offered(topic);
            past.saw(stored.message());
            account.owe();
            enqueuePast(topic, stored, piece);
        }
        if (piece.last()) {
            past.end(this::alreadySeen, this::accept);
        } else {
            past.waitForRoom(piece);
        }
    }

    private void alreadySeen(Offer offer) {
        account.takeBackOffer(offer.topic());
        if (!isAtMostOnce(offer)) {
            processed(offer);
            account.noLongerOwed();
            if (offer.logged()) {
                settled.add(offer.position());
            }
        }
    }

    /** The past waits for credit like the rest, but its length was asked for: the queue's bound does not apply. */
    private void enqueuePast(TopicEntry topic, StoredMessage stored, CatchUp piece) {
        QueueEntry entry = new QueueEntry(
                nextOrder++,
                topic,
                stored.message(),
                piece.match(),
                0,
                stored.sequence(),
                false,
                piece.fromRetained(),
                null);
        queue.add(entry);
        floor.add(entry);
        memory.keep(entry, true);
    }

    @Override
    public String toString() {
        return "session " + name();
    }

    private SessionReport reportNow() {
        Map<Topic, Integer> byTopic = new HashMap<>();
        queue.forEach(e -> byTopic.merge(e.topic.topic(), 1, Integer::sum));
        int underWay = 0;
        for (QueueEntry entry : unsettled.all()) {
            if (!entry.received) {
                underWay++;
                byTopic.merge(entry.topic.topic(), 1, Integer::sum);
            }
        }
        backlog.forEach(o -> byTopic.merge(o.topic().topic(), 1, Integer::sum));
        past.forEachHeld(o -> byTopic.merge(o.topic().topic(), 1, Integer::sum));

        return new SessionReport(
                state,
                sinceMillis,
                queue.size(),
                queue.bytes(),
                unsettled.size(),
                (long) queue.size() + underWay + backlog.size() + past.held(),
                byTopic,
                account.copy());
    }
}
