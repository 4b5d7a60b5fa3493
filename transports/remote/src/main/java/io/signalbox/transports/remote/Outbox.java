package io.signalbox.transports.remote;

import io.signalbox.error.ReasonCode;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.connection.PublishBound;
import io.signalbox.transports.remote.wire.Answer;
import io.signalbox.transports.remote.wire.WireLink;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is published over one line: in order, as many under way as the server takes, and once more, in the same order and
 * before all that comes later, when a connection is lost before the answer came, or ended since none came. Once one is
 * refused for want of an answer, so is all that was published before that. Written on the loop; its state is guarded by
 * this object's lock, never held while a callback runs.
 */
final class Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final long LOOK_NANOS = 1_000_000;

    /** Of refusing what is published while others are refused: who does so on hearing of it must not keep it going. */
    private static final int REFUSAL_ROUNDS_MAX = 8;

    private final TimeSource time;
    private final long holdMillis;
    private final long confirmWaitNanos;
    private final PublishBound bound;
    private final ReceiptWatch watch;
    private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
    private final LinkedHashSet<Pending> underWay = new LinkedHashSet<>();
    private @Nullable WireLink link;
    private long awaySinceMillis;
    private boolean scheduled;
    private boolean closed;

    /** @param bound of all outboxes together */
    Outbox(TimeSource time, RemoteWaits waits, PublishBound bound, ReceiptWatch watch) {
        this.time = time;
        holdMillis = waits.hold().toMillis();
        confirmWaitNanos = waits.confirmWait().toNanos();
        this.bound = bound;
        this.watch = watch;
        awaySinceMillis = time.millis();
    }

    void submit(Pending pending) {
        Refusal refusal = bound.enter(pending.bytes());
        if (refusal == null) {
            synchronized (this) {
                refusal = refusalNow();
                if (refusal == null) {
                    waiting.addLast(pending);
                    wake();
                }
            }
            if (refusal == null) {
                if (pending.after != null) {
                    var unused = pending.after.whenComplete((left, failure) -> writable());
                }
                return;
            }
            bound.leave(pending.bytes());
        }
        pending.callback.refused(pending.context, refusal);
    }

    private @Nullable Refusal refusalNow() {
        if (closed) {
            return new Refusal(ReasonCode.CLOSED, "this transport or session is closed");
        }
        if (link == null && time.millis() - awaySinceMillis > holdMillis) {
            return new Refusal(
                    ReasonCode.BUSY,
                    "the remote server has been away for " + (time.millis() - awaySinceMillis) + " ms");
        }
        return null;
    }

    /** The guard is held. */
    private void wake() {
        WireLink now = link;
        if (now != null && !scheduled && !waiting.isEmpty()) {
            scheduled = true;
            try {
                now.loop().execute(() -> drain(now));
            } catch (RejectedExecutionException closing) {
                scheduled = false;
            }
        }
    }

    synchronized void linkUp(WireLink made) {
        link = made;
        wake();
    }

    /** What was written and not answered goes again; what is to arrive at most once does not. */
    void linkDown() {
        List<Pending> light = new ArrayList<>();
        synchronized (this) {
            if (link == null) {
                return;
            }
            link = null;
            awaySinceMillis = time.millis();
            for (Pending pending : new ArrayList<>(underWay).reversed()) {
                if (pending.light()) {
                    light.add(pending);
                } else {
                    waiting.addFirst(pending);
                }
            }
            underWay.clear();
        }
        light.forEach(pending -> refuse(
                pending, new Refusal(ReasonCode.BUSY, "the connection was lost while it was written; at most once")));
    }

    /** More may go than before. */
    synchronized void writable() {
        wake();
    }

    private void drain(WireLink over) {
        synchronized (this) {
            scheduled = false;
        }
        for (Pending next = next(over); next != null; next = next(over)) {
            send(over, next);
        }
        over.flush();
    }

    private synchronized @Nullable Pending next(WireLink over) {
        if (over != link || !over.takesMore()) {
            return null;
        }
        Pending next = waiting.peekFirst();
        if (next != null && !next.mayGo()) {
            return null;
        }
        waiting.pollFirst();
        if (next != null) {
            underWay.add(next);
            next.tries++;
            next.sentNanos = System.nanoTime();
        }
        return next;
    }

    private void send(WireLink over, Pending pending) {
        Ending ending = new Ending(over, pending);
        if (pending.light()) {
            over.publishLight(pending.message, time.millis(), ending);
        } else {
            boolean known = over.granted().features().contains(Feature.DEDUPLICATION);
            over.publish(pending.message, known ? pending.ownKey : null, pending.tries > 1, time.millis(), ending);
        }
    }

    /** Gives up a connection that answers nothing, and refuses what has waited for longer than a publish may. On the loop. */
    void tick() {
        WireLink silent = silent();
        if (silent != null) {
            linkDown(); // whoever made it hears of it when it is closed
            silent.fail("no answer to a publish within " + confirmWaitNanos / 1_000_000 + " ms");
        }
        boolean late;
        synchronized (this) {
            late = !waiting.isEmpty() && time.millis() - waiting.getFirst().sinceMillis > holdMillis;
            if (!late) {
                wake();
            }
        }
        if (late) {
            refuseWaiting();
        }
    }

    /** It may answer pings all the same. */
    private synchronized @Nullable WireLink silent() {
        return !underWay.isEmpty() && System.nanoTime() - underWay.getFirst().sentNanos > confirmWaitNanos
                ? link
                : null;
    }

    /**
     * Nothing that was published before a refusal is taken after it: whoever publishes the refused ones again has them in
     * their order, behind nothing that came later.
     */
    private void refuseWaiting() {
        for (int round = 1; round <= REFUSAL_ROUNDS_MAX; round++) {
            List<Pending> all;
            synchronized (this) {
                all = new ArrayList<>(waiting);
                waiting.clear();
            }
            all.forEach(pending -> refuse(
                    pending,
                    new Refusal(
                            ReasonCode.BUSY,
                            "the remote server did not take it, or one before it, within " + holdMillis + " ms"
                                    + (pending.tries > 0 ? "; whether it has it is not known" : ""))));
        }
        writable();
    }

    private void refuse(Pending pending, Refusal refusal) {
        bound.leave(pending.bytes());
        try {
            pending.callback.refused(pending.context, refusal);
        } catch (RuntimeException | Error e) { // the others are to hear theirs
            LOG.error("a publisher threw at its refusal", e);
        }
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty() && underWay.isEmpty();
    }

    synchronized boolean isUp() {
        return link != null;
    }

    /** Takes nothing more, waits a while for answers where there is a connection, and refuses the rest. Blocks. */
    void close(long waitMillis) {
        synchronized (this) {
            closed = true;
        }
        long deadline = System.nanoTime() + waitMillis * 1_000_000;
        while (!isEmpty()
                && isUp()
                && System.nanoTime() - deadline < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        List<Pending> rest = new ArrayList<>();
        synchronized (this) {
            link = null;
            rest.addAll(underWay);
            rest.addAll(waiting);
            underWay.clear();
            waiting.clear();
        }
        rest.forEach(pending -> refuse(
                pending,
                new Refusal(
                        ReasonCode.CLOSED,
                        "closed before the remote server answered"
                                + (pending.tries > 0 ? "; whether it has it is not known" : ""))));
    }

    /** On the loop. An answer that comes when it goes again already is none. */
    private final class Ending implements Answer {
        private final WireLink over;
        private final Pending pending;

        Ending(WireLink over, Pending pending) {
            this.over = over;
            this.pending = pending;
        }

        private boolean ends() {
            synchronized (Outbox.this) {
                boolean mine = over == link && underWay.remove(pending);
                if (mine) {
                    wake();
                }
                return mine;
            }
        }

        @Override
        public void taken(Receipt receipt) {
            if (!ends()) {
                return;
            }
            bound.leave(pending.bytes());
            // Known by its own key, it is what was sent before itself.
            Receipt.Outcome outcome = receipt.outcome() == Receipt.Outcome.DUPLICATE && pending.ownKey != null
                    ? Receipt.Outcome.ROUTED
                    : receipt.outcome();
            Durability reached = pending.light() ? receipt.durability() : watch.saw(pending, receipt.durability());
            pending.callback.published(pending.context, outcome, reached, receipt.sequence());
        }

        @Override
        public void refused(Refusal refusal) {
            if (ends()) {
                refuse(pending, refusal);
            }
        }
    }
}
