package io.signalbox.broker.session;

import io.signalbox.broker.DeadLetter.DeathReason;
import io.signalbox.broker.SessionInfo.State;
import io.signalbox.broker.ledger.DropReason;
import io.signalbox.broker.record.PastCodec;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.StoredMessage;
import java.util.function.Consumer;

/**
 * From the mailbox into the queue: the live stream within the session's bounds, the past before it. Owned by the
 * session's turn. Hot path.
 */
final class Intake {
    /** A past that is longer waits until the queue is shorter than this. */
    private static final int CATCH_UP_BELOW = 1_000;

    private static final long CATCH_UP_BELOW_BYTES = 256 << 10;

    /** Of the live stream that waits in memory for the past to end. */
    private static final long LIVE_BYTES_MAX = 16 << 20;

    private final BrokerSession session;
    private final SessionHost host;
    private final Outbox outbox;
    private CatchingUp past = CatchingUp.NOTHING;
    private final PastProgress progress = new PastProgress();
    private long nextOrder;

    Intake(BrokerSession session, SessionHost host, Outbox outbox) {
        this.session = session;
        this.host = host;
        this.outbox = outbox;
    }

    void onOffer(Offer offer) {
        outbox.account.offered();
        if (past.active() && past.holdsUp(offer.topic())) {
            hold(offer);
        } else {
            accept(offer);
        }
    }

    /** The queue's bounds and its policy hold for what waits for the past, as if it were in the queue already. */
    private void hold(Offer offer) {
        if (!offer.isAtMostOnce() && offer.position() > 0) {
            QueueEntry entry = entryOf(offer);
            if (hasRoomFor(entry)) {
                outbox.floor.add(entry);
                past.hold(entry);
                outbox.memory.keep(entry, false);
            }
            return;
        }
        past.hold(offer);
        Offer oldest;
        while ((oldest = past.overflow(
                        session.options().queueMessagesMax(),
                        Math.min(session.options().queueBytesMax(), LIVE_BYTES_MAX)))
                != null) {
            outbox.dropOffer(oldest, DropReason.QUEUE_FULL);
        }
    }

    /** The session is gone; what still comes is dropped. */
    void onLateOffer(Offer offer) {
        outbox.account.offered();
        outbox.dropOffer(offer, outbox.sharing().passOn(offer) ? DropReason.HANDED_OVER : DropReason.SESSION_CLOSED);
    }

    void beginCatchUp(FilterSpec spec) {
        ownPast().begin(spec);
    }

    /** Its progress outlives the process, if the session does. */
    void beginCatchUp(PastCodec.Running running) {
        ownPast().begin(running.spec());
        if (session.durable()) {
            progress.begin(running);
        }
    }

    private CatchingUp ownPast() {
        if (past == CatchingUp.NOTHING) {
            past = new CatchingUp();
        }
        return past;
    }

    private void accept(Offer offer) {
        if (offer.isAtMostOnce()) {
            outbox.delivering.acceptAtMostOnce(offer);
        } else {
            enqueue(entryOf(offer));
        }
    }

    private QueueEntry entryOf(Offer offer) {
        outbox.processed(offer);
        return new QueueEntry(
                nextOrder++,
                offer.topic(),
                offer.message(),
                offer.match(),
                offer.position(),
                offer.sequence(),
                offer.logged(),
                false,
                offer.group());
    }

    /** The past has come: what waited for it takes its place behind it. */
    private void goOn(Waiting item) {
        switch (item) {
            case Offer offer -> accept(offer);
            case QueueEntry entry -> {
                entry.order = nextOrder++;
                add(entry);
            }
        }
    }

    private void enqueue(QueueEntry entry) {
        if (hasRoomFor(entry)) {
            outbox.floor.add(entry);
            add(entry);
            if (!outbox.memory.keep(entry, session.attachment() != null) && entry.position == 0) {
                dropOldest();
            }
        }
    }

    private void add(QueueEntry entry) {
        outbox.queue.add(entry);
        outbox.expiresSome(entry);
    }

    /** Makes room, or ends the delivery, as the session's policy has it. */
    private boolean hasRoomFor(QueueEntry entry) {
        if (!isFull() || session.state() == State.SUSPECT) {
            return true;
        }
        switch (session.options().overflow()) {
            case DROP_OLDEST -> {
                while (isFull() && queued() > 0) {
                    dropOldest();
                }
            }
            case DEAD_LETTER -> {
                outbox.deadLetter(
                        entry,
                        DeathReason.MAX_LENGTH,
                        "the queue is full: " + queued() + " messages, " + queuedBytes() + " bytes");
                return false;
            }
            case SPILL, REJECT_PUBLISH -> {}
        }
        return true;
    }

    private boolean isFull() {
        return queued() >= session.options().queueMessagesMax()
                || queuedBytes() >= session.options().queueBytesMax();
    }

    /** What the bounds are about: not the past, whose length was asked for, but what waits behind it. */
    private int queued() {
        return outbox.queue.size() - outbox.queue.past() + past.logged();
    }

    private long queuedBytes() {
        return outbox.queue.bytes() - outbox.queue.pastBytes() + past.loggedBytes();
    }

    private void dropOldest() {
        QueueEntry oldest = outbox.queue.takeOldest();
        oldest = oldest == null ? past.takeOldest(QueueEntry.class) : oldest;
        if (oldest != null) {
            outbox.drop(oldest, DropReason.QUEUE_FULL);
        }
    }

    void onCatchUp(CatchUp piece) {
        CatchingUp receiving = ownPast();
        for (CatchUp.Item item : piece.messages()) {
            TopicEntry topic = host.topic(item.stored().message().topic());
            outbox.account.offered(topic);
            receiving.saw(item.stored());
            enqueuePast(topic, item, piece);
        }
        if (piece.last()) {
            if (!piece.fromRetained()) {
                progress.complete(piece.spec());
            }
            receiving.ended(piece.spec());
            liveGoesOn();
        } else {
            receiving.await(piece);
        }
    }

    /** Somebody is connected: a past that waits for that begins, and goes on whenever the queue is short. */
    void roomForPast() {
        past.begins();
        if (outbox.queue.size() < CATCH_UP_BELOW && outbox.queue.bytes() < CATCH_UP_BELOW_BYTES) {
            past.room();
        }
        liveGoesOn();
    }

    /**
     * At most once deliveries of the past wait in the queue, the live ones do not: those go on when none of the former
     * is left. The others keep their order in the queue.
     */
    private void liveGoesOn() {
        if (past.hasEnded() && outbox.queue.atMostOnce() == 0) {
            past.release(this::alreadySeen, this::goOn);
            past = past.isOver() ? CatchingUp.NOTHING : past;
        }
    }

    private void alreadySeen(Offer offer) {
        outbox.account.takeBackOffer(offer.topic());
        if (!offer.isAtMostOnce()) {
            outbox.processed(offer);
            outbox.account.noLongerOwed(offer.message().sizeBytes());
            if (offer.logged()) {
                outbox.settled.add(offer.position());
            }
        }
    }

    /**
     * The past waits for credit like the rest, but its length was asked for: the queue's bound does not apply. What the
     * log has is let go and read back like the rest.
     */
    private void enqueuePast(TopicEntry topic, CatchUp.Item item, CatchUp piece) {
        StoredMessage stored = item.stored();
        QueueEntry entry = new QueueEntry(
                nextOrder++,
                topic,
                stored.message(),
                piece.match(),
                item.position(),
                stored.sequence(),
                false,
                piece.fromRetained(),
                null);
        entry.past = true;
        if (!piece.fromRetained()) {
            progress.add(piece.spec(), entry);
        }
        outbox.queue.add(entry);
        outbox.memory.keep(entry, session.attachment() != null);
    }

    private void closing(Waiting item) {
        switch (item) {
            case Offer offer when offer.isAtMostOnce() -> outbox.dropOffer(offer, DropReason.SESSION_CLOSED);
            case Offer offer -> outbox.queue.add(entryOf(offer));
            case QueueEntry entry -> outbox.queue.add(entry);
        }
    }

    /** Restored, it takes its place in the queue, or behind a past that goes on. */
    void restored(QueueEntry entry) {
        if (past.active() && past.holdsUp(entry.topic)) {
            past.hold(entry);
        } else {
            outbox.queue.add(entry);
        }
    }

    /** In order of arrival. */
    long nextOrder() {
        return nextOrder++;
    }

    /** The bound of the queue holds again. */
    void trim() {
        if (session.options().overflow() == OverflowPolicy.DROP_OLDEST) {
            while (queued() > session.options().queueMessagesMax()
                    || (queued() > 1 && queuedBytes() > session.options().queueBytesMax())) {
                dropOldest();
            }
        }
    }

    /** The session ends: what waits for the past is queued, to end with the rest. */
    void close() {
        if (past != CatchingUp.NOTHING) {
            past.abandon(this::closing);
        }
    }

    /** At the end of a turn. */
    void tellProgress() {
        if (!progress.isEmpty()) {
            progress.tell(host, session.id());
        }
    }

    int held() {
        return past.held();
    }

    void forEachHeld(Consumer<Waiting> action) {
        past.forEachHeld(action);
    }
}
