package io.signalbox.broker.session;

import io.signalbox.broker.SessionInfo.State;
import io.signalbox.broker.record.PastCodec;
import io.signalbox.broker.routing.Recipient;
import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Match;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One session: its queue, what is under way, and who is connected. All state belongs to the current turn; other
 * threads post. While somebody is connected, turns run on that connection's lane, otherwise in the background.
 */
public final class BrokerSession extends Turns implements Recipient {
    private final long id;
    private final SessionHost host;
    private final boolean durable;
    private final Incoming incoming;
    private final Outbox outbox;
    private final Settling settling;
    private @Nullable Set<Integer> tags;

    private volatile SessionOptions options;
    private volatile State state = State.OFFLINE;
    private long sinceMillis;
    private @Nullable Attachment attachment;
    private @Nullable CompletableFuture<Session> attaching;

    /** Of those who were attached: one that the disk held up comes too late once a later one is here. */
    private long newestAttach;

    private boolean removed;
    private long armedMillis = Long.MAX_VALUE;

    public BrokerSession(long id, SessionOptions options, SessionHost host) {
        this(id, options, host, options.durable());
    }

    /** @param durable also when its options say that it ends with its connection: it did not start like that */
    public BrokerSession(long id, SessionOptions options, SessionHost host, boolean durable) {
        super(host.background());
        this.id = id;
        this.options = options;
        this.host = host;
        this.durable = durable;
        this.incoming = new Incoming(host.floodgate(), host.config().transientQueueBytesMax());
        this.outbox = new Outbox(this, host);
        this.settling = new Settling(this, host, outbox);
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
    public boolean refuses(int messages, long payloadBytes) {
        return options.overflow() == OverflowPolicy.REJECT_PUBLISH
                && state != State.SUSPECT
                && (outbox.account.owed() + messages > options.queueMessagesMax()
                        || outbox.account.owedBytes() + payloadBytes > options.queueBytesMax());
    }

    /** Exactly-once tags that its publisher has not let go of. Owned by the journal's thread. */
    public Set<Integer> tags() {
        if (tags == null) {
            tags = new HashSet<>();
        }
        return tags;
    }

    SessionHost host() {
        return host;
    }

    @Nullable
    Attachment attachment() {
        return attachment;
    }

    State state() {
        return state;
    }

    long sinceMillis() {
        return sinceMillis;
    }

    Settling settling() {
        return settling;
    }

    /** The lowest log position this session still needs, as far as it has worked off its mailbox. Any thread. */
    public Floor floor() {
        return outbox.floor;
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
        long waitingBytes = incoming.bytes(waiting());
        if (Offer.isAtMostOnce(message, match)) {
            if (incoming.isFull(waitingBytes)) {
                outbox.account.turnedAway(topic);
                return;
            }
        } else {
            outbox.account.owe(message.sizeBytes());
            if (position > 0) {
                outbox.floor.offered(position);
            }
        }
        boolean counted = incoming.coming(message, waitingBytes);
        post(new Offer(topic, message, match, position, sequence, logged, group, counted));
    }

    /** Makes this connection the session's. The future completes on the lane, before the first delivery. */
    public void attach(
            long number,
            SessionOptions opened,
            Lane lane,
            Subscriber subscriber,
            boolean resumed,
            CompletableFuture<Session> opening) {
        post((Runnable) () -> attachNow(number, opened, new Attachment(this, lane, subscriber, resumed), opening));
    }

    /**
     * Ends it: whoever is connected is told, and what is queued goes to others of its share groups or is dropped.
     *
     * @param closed runs in the turn that did it
     */
    public void close(DetachReason reason, Runnable closed) {
        post((Runnable) () -> {
            closeNow(reason);
            closed.run();
        });
    }

    /** The connection is told and goes; the queue of a durable session stays as the log has it. */
    public CompletableFuture<Void> shutDown() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        post((Runnable) () -> {
            outbox.flushSettled();
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
        post((Runnable) () -> report.complete(outbox.report()));
        return report;
    }

    /** Live messages wait from now on until the past has come. Called by the journal's thread, before it offers more. */
    public void beginCatchUp(FilterSpec spec) {
        post((Runnable) () -> outbox.intake.beginCatchUp(spec));
    }

    /** As {@link #beginCatchUp(FilterSpec)}, of a past that goes on after a restart. */
    public void beginCatchUp(PastCodec.Running past) {
        post((Runnable) () -> outbox.intake.beginCatchUp(past));
    }

    /** The past of this filter was on its way before a restart, and goes on. Before the queue is restored. */
    public void restoreCatchUp(PastCodec.Running past) {
        outbox.intake.beginCatchUp(past);
    }

    /** Restores a delivery from before a restart. Before the first turn only. */
    public void restore(Restored told) {
        outbox.restore(told);
    }

    /** The log says that it is owed this, and cannot give it back. Before the first turn only. */
    public void restoreUnreadable(TopicEntry unknown, long position) {
        outbox.restoreUnreadable(unknown, position);
    }

    /** Restores an exactly-once delivery whose receiver had it before a restart. */
    public void restoreReceived(TopicEntry topic, Message placeholder, long position, int deliveryId) {
        outbox.restoreReceived(topic, placeholder, position, deliveryId);
    }

    /** @param wasConnected a crash took the connection: the session is as suspect as with any other lost one */
    public void restoreDone(long sinceMillis, boolean wasConnected) {
        this.sinceMillis = sinceMillis;
        if (wasConnected) {
            state = State.SUSPECT;
        }
        outbox.endTurn();
        tick();
    }

    /** Runs the task on the session's lane, behind what was put there before: an answer to the connection, say. */
    void afterAnswers(Runnable task) {
        try {
            executor().execute(task);
        } catch (RejectedExecutionException laneClosed) {
            task.run();
        }
    }

    /**
     * Has the task run when the connection's lane has done what it is at.
     *
     * @return false if the lane cannot, or the caller is not on it
     */
    public boolean afterTurn(Consumer<? super Lane> task) {
        return executor() instanceof Lane lane && lane.inLane() && lane.afterTurn(task);
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
        incoming.taken(offer);
        if (removed) {
            outbox.intake.onLateOffer(offer);
        } else {
            outbox.intake.onOffer(offer);
        }
    }

    private void onCatchUp(CatchUp piece) {
        if (removed) {
            piece.permits().release(Short.MAX_VALUE);
        } else {
            outbox.intake.onCatchUp(piece);
        }
    }

    @Override
    void endTurn() {
        beginTurn();
        if (attachment != null) {
            outbox.delivering.pump();
            attachment.subscriber.onTurnEnd();
        }
        outbox.endTurn();
        incoming.tell();
    }

    Subscriber subscriber() {
        Attachment a = attachment;
        if (a == null) {
            throw new IllegalStateException("session " + name() + " has no connection");
        }
        return a.subscriber;
    }

    // ---- from the connection, on its lane

    void writable(boolean now) {
        outbox.delivering.writable(now);
        if (now) {
            wake();
        }
    }

    void expiry(Duration expiry) {
        // What was opened to end with its connection has nothing in the log that could outlive it.
        if (durable) {
            options = options.withExpiry(expiry);
            host.expiryChanged(this);
        }
    }

    void detach(boolean clean) {
        leave(clean ? State.OFFLINE : State.SUSPECT);
    }

    // ---- coming and going

    private void attachNow(long number, SessionOptions opened, Attachment next, CompletableFuture<Session> opening) {
        if (removed) {
            opening.completeExceptionally(
                    new SignalboxException(ReasonCode.CLOSED, "session '" + name() + "' was removed meanwhile"));
            return;
        }
        if (number < newestAttach) {
            opening.completeExceptionally(new SignalboxException(
                    ReasonCode.CLOSED, "a later connection has opened session '" + name() + "' meanwhile"));
            return;
        }
        newestAttach = number;
        if (attachment != null) {
            Attachment old = attachment;
            attachment = null;
            old.subscriber.onDetached(DetachReason.TAKEN_OVER);
        }
        options = opened;
        attachment = next;
        attaching = opening;
        outbox.delivering.writable(true);
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
        outbox.delivering.resend(current);
    }

    private void enter(State next) {
        state = next;
        sinceMillis = host.time().millis();
    }

    private void leave(State next) {
        attachment = null;
        enter(next);
        if (options.expiry().isZero()) {
            host.remove(this);
        } else {
            host.attachment(this, false);
            if (next == State.SUSPECT) {
                arm(Clock.later(sinceMillis, host.config().suspectGrace()));
            }
            armExpiry();
        }
        outbox.disconnected();
        // Last: from here on a turn may run elsewhere.
        moveTo(host.background());
        wake();
    }

    private void armExpiry() {
        if (!options.expiry().equals(SessionOptions.NEVER)) {
            arm(Clock.later(sinceMillis, options.expiry()));
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
        outbox.close();
        host.neverWake(this);
        moveTo(host.background());
    }

    // ---- time

    /** A turn for what is due comes at that time or soon after. */
    void arm(long epochMillis) {
        if (epochMillis < armedMillis && !removed) {
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
        outbox.tick(now);
        if (attachment != null && !options.ackTimeout().isZero()) {
            settling.takeBackOverdue(now);
        }
        if (attachment != null) {
            return;
        }
        if (durable
                && !options.expiry().equals(SessionOptions.NEVER)
                && now >= Clock.later(sinceMillis, options.expiry())) {
            host.onExpired(this);
            return;
        }
        if (state == State.SUSPECT) {
            long graceEnds = Clock.later(sinceMillis, host.config().suspectGrace());
            if (now >= graceEnds) {
                state = State.OFFLINE;
                outbox.graceOver();
            } else {
                arm(graceEnds);
            }
        }
        armExpiry();
    }

    @Override
    public String toString() {
        return "session " + name();
    }
}
