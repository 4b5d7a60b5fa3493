package io.signalbox.broker.session;

import io.signalbox.broker.SessionInfo.State;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber.DetachReason;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Whether somebody is connected to a session, since when, and what becomes of it when nobody is. Owned by the session's
 * turn; its state may be read from elsewhere.
 */
final class Presence {
    private final BrokerSession session;
    private final SessionHost host;
    private final Outbox outbox;

    private volatile State state = State.OFFLINE;
    private long sinceMillis;
    private @Nullable Attachment attachment;
    private @Nullable CompletableFuture<Session> attaching;

    /** Of those who were attached: one that the disk held up comes too late once a later one is here. */
    private long newestAttach;

    private boolean over;
    private long armedMillis = Long.MAX_VALUE;

    Presence(BrokerSession session, SessionHost host, Outbox outbox) {
        this.session = session;
        this.host = host;
        this.outbox = outbox;
        this.sinceMillis = host.time().millis();
    }

    /** Any thread. */
    State state() {
        return state;
    }

    long sinceMillis() {
        return sinceMillis;
    }

    @Nullable
    Attachment attachment() {
        return attachment;
    }

    /** The session was removed, and nobody connects to it any more. */
    boolean isOver() {
        return over;
    }

    void restore(long since, boolean wasConnected) {
        sinceMillis = since;
        if (wasConnected) {
            state = State.SUSPECT;
        }
    }

    void beginTurn() {
        if (attachment != null && session.executor() != attachment.lane) {
            leave(State.SUSPECT);
        }
        if (attaching != null) {
            attached();
        }
    }

    // ---- coming and going

    /** @return false: whoever wanted to attach has been told why not */
    boolean admits(long number, CompletableFuture<Session> opening) {
        if (over) {
            opening.completeExceptionally(
                    new SignalboxException(ReasonCode.CLOSED, session + " was removed meanwhile"));
            return false;
        }
        if (number < newestAttach) {
            opening.completeExceptionally(new SignalboxException(
                    ReasonCode.CLOSED, "a later connection has opened " + session + " meanwhile"));
            return false;
        }
        newestAttach = number;
        return true;
    }

    void attach(Attachment next, CompletableFuture<Session> opening) {
        if (attachment != null) {
            Attachment old = attachment;
            attachment = null;
            old.subscriber.onDetached(DetachReason.TAKEN_OVER);
        }
        attachment = next;
        attaching = opening;
        outbox.delivering.writable(true);
        enter(State.ONLINE);
        session.moveTo(next.lane);
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
        host.notes().attachment(session, true);
        opening.complete(current);
        outbox.delivering.resend(current);
    }

    private void enter(State next) {
        state = next;
        sinceMillis = host.time().millis();
    }

    void leave(State next) {
        attachment = null;
        enter(next);
        if (session.options().expiry().isZero()) {
            host.remove(session);
        } else {
            host.notes().attachment(session, false);
            if (next == State.SUSPECT) {
                arm(Clock.later(sinceMillis, host.config().suspectGrace()));
            }
            armExpiry();
        }
        outbox.disconnected();
        // Last: from here on a turn may run elsewhere.
        session.moveTo(host.background());
        session.wake();
    }

    void shutDown() {
        if (attachment != null) {
            attachment.subscriber.onDetached(DetachReason.SHUTTING_DOWN);
            leave(State.OFFLINE);
        }
    }

    /** @return false: it was over before */
    boolean end(DetachReason reason) {
        if (over) {
            return false;
        }
        over = true;
        if (attachment != null) {
            attachment.subscriber.onDetached(reason);
            attachment = null;
        }
        state = State.EXPIRED;
        return true;
    }

    // ---- time

    /** A turn for what is due comes at that time or soon after. */
    void arm(long epochMillis) {
        if (epochMillis < armedMillis && !over) {
            armedMillis = epochMillis;
            host.wakeAt(session, epochMillis);
        }
    }

    private void armExpiry() {
        SessionOptions options = session.options();
        if (!options.expiry().equals(SessionOptions.NEVER)) {
            arm(Clock.later(sinceMillis, options.expiry()));
        }
    }

    /** What was armed has come. */
    void fired() {
        armedMillis = Long.MAX_VALUE;
    }

    /** While nobody is connected. */
    void tick(long now) {
        SessionOptions options = session.options();
        if (session.durable()
                && !options.expiry().equals(SessionOptions.NEVER)
                && now >= Clock.later(sinceMillis, options.expiry())) {
            host.onExpired(session);
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
}
