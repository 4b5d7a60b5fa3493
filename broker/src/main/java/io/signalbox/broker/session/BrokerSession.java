package io.signalbox.broker.session;

import io.signalbox.broker.SessionInfo.State;
import io.signalbox.broker.admission.Seen;
import io.signalbox.broker.record.PastCodec;
import io.signalbox.broker.routing.Recipient;
import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.TopicEntry;
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
import java.util.HashMap;
import java.util.Map;
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
    private final Presence presence;
    private @Nullable Map<Integer, Seen> tags;
    private volatile SessionOptions options;

    /** Something was turned away, and whoever is connected has not heard of it. */
    private volatile boolean missed;

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
        this.presence = new Presence(this, host, outbox);
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
        return presence.state() == State.ONLINE;
    }

    @Override
    public boolean refuses(int messages, long payloadBytes) {
        return options.overflow() == OverflowPolicy.REJECT_PUBLISH
                && presence.state() != State.SUSPECT
                && (outbox.account.owed() + messages > options.queueMessagesMax()
                        || outbox.account.owedBytes() + payloadBytes > options.queueBytesMax());
    }

    /** Exactly-once tags that its publisher has not let go of, and the first message of each. Owned by the journal's turn. */
    public Map<Integer, Seen> tags() {
        if (tags == null) {
            tags = new HashMap<>();
        }
        return tags;
    }

    SessionHost host() {
        return host;
    }

    @Nullable
    Attachment attachment() {
        return presence.attachment();
    }

    State state() {
        return presence.state();
    }

    long sinceMillis() {
        return presence.sinceMillis();
    }

    /** Told before what was offered later is delivered, and after it was turned away: whoever looks then finds it. */
    void tellMissed(Subscriber subscriber) {
        if (missed) {
            missed = false;
            subscriber.onMissed();
        }
    }

    /** As {@link Session#lostCount}. In the session's turn. */
    long lostCount() {
        return outbox.account.lost();
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
                missed = true;
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
        post((Runnable) () -> {
            if (presence.admits(number, opening)) {
                options = opened;
                presence.attach(new Attachment(this, lane, subscriber, resumed), opening);
            }
        });
    }

    /**
     * Ends it: whoever is connected is told, and what is queued goes to others of its share groups or is dropped.
     *
     * @param closed runs in the turn that did it
     */
    public void close(DetachReason reason, Runnable closed) {
        post((Runnable) () -> {
            if (presence.end(reason)) {
                outbox.close();
                host.neverWake(this);
                moveTo(host.background());
            }
            closed.run();
        });
    }

    /** The connection is told and goes; the queue of a durable session stays as the log has it. */
    public CompletableFuture<Void> shutDown() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        post((Runnable) () -> {
            outbox.flushSettled();
            presence.shutDown();
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

    /** Before the first turn only. */
    public Restoring restoring() {
        return new Restoring(this, outbox, presence);
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
        presence.beginTurn();
        switch (item) {
            case Offer offer -> onOffer(offer);
            case CatchUp piece -> onCatchUp(piece);
            case Runnable action -> action.run();
            default -> throw new IllegalStateException("unknown item " + item.getClass());
        }
    }

    private void onOffer(Offer offer) {
        incoming.taken(offer);
        if (presence.isOver()) {
            outbox.intake.onLateOffer(offer);
        } else {
            outbox.intake.onOffer(offer);
        }
    }

    private void onCatchUp(CatchUp piece) {
        if (presence.isOver()) {
            piece.permits().release(Short.MAX_VALUE);
        } else {
            outbox.intake.onCatchUp(piece);
        }
    }

    @Override
    void endTurn() {
        presence.beginTurn();
        Attachment attachment = presence.attachment();
        if (attachment != null) {
            outbox.delivering.pump();
            attachment.subscriber.onTurnEnd();
        }
        outbox.endTurn();
        incoming.tell();
    }

    Subscriber subscriber() {
        Attachment a = presence.attachment();
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

    /** Nothing more would be handed over as things are: what comes later is not here yet. */
    boolean exhausted() {
        return waiting() == 0 && outbox.delivering.exhausted();
    }

    void expiry(Duration expiry) {
        // What was opened to end with its connection has nothing in the log that could outlive it.
        if (durable) {
            options = options.withExpiry(expiry);
            host.expiryChanged(this);
        }
    }

    void detach(boolean clean) {
        presence.leave(clean ? State.OFFLINE : State.SUSPECT);
    }

    // ---- time

    /** A turn for what is due comes at that time or soon after. */
    void arm(long epochMillis) {
        presence.arm(epochMillis);
    }

    private void tickNow() {
        if (presence.isOver()) {
            return;
        }
        presence.fired();
        long now = host.time().millis();
        outbox.tick(now);
        if (presence.attachment() == null) {
            presence.tick(now);
        } else if (!options.ackTimeout().isZero()) {
            settling.takeBackOverdue(now);
        }
    }

    @Override
    public String toString() {
        return "session " + name();
    }
}
