package io.signalbox.transports.composite.strategy;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends to the member in use; an outage of that one makes the next the one in use. An earlier one comes back into use
 * when its health has been good without a break for long enough, so that one that flaps is not switched to and fro.
 */
final class FallingBack implements Distributor {
    private static final Logger LOGGER = LoggerFactory.getLogger(FallingBack.class);

    private final Roster roster;
    private final Deadlines deadlines;
    private final long returnAfterNanos;
    private final long[] upSinceNanos;
    private volatile int inUse;

    FallingBack(Roster roster, Deadlines deadlines, Duration returnAfter) {
        this.roster = roster;
        this.deadlines = deadlines;
        returnAfterNanos = returnAfter.toNanos();
        upSinceNanos = new long[roster.names().size()];
        Arrays.fill(upSinceNanos, System.nanoTime());
    }

    @Override
    public void publish(Message message, List<? extends Outlet> outlets, PublishCallback callback, long context) {
        new Attempt(message, outlets, callback, context).next(inUse, null);
    }

    /** The member failed a publish, or is seen to be down: the next that is not down is used from now on. */
    private synchronized void leave(int member, String why) {
        upSinceNanos[member] = System.nanoTime();
        int size = roster.names().size();
        for (int step = 1; inUse == member && step < size; step++) {
            int next = (member + step) % size;
            if (!roster.down(next)) {
                inUse = next;
                LOGGER.warn(
                        "{} failed ({}); {} is used from now on",
                        roster.names().get(member),
                        why,
                        roster.names().get(next));
            }
        }
    }

    @Override
    public synchronized void tick(long nowNanos) {
        for (int i = 0; i < upSinceNanos.length; i++) {
            if (roster.down(i)) {
                upSinceNanos[i] = nowNanos;
                leave(i, roster.health(i).detail());
            }
        }
        for (int i = 0; i < inUse; i++) {
            if (!roster.down(i) && nowNanos - upSinceNanos[i] >= returnAfterNanos) {
                LOGGER.info(
                        "{} has been up for {} s and is used again",
                        roster.names().get(i),
                        (nowNanos - upSinceNanos[i]) / 1_000_000_000);
                inUse = i;
                return;
            }
        }
    }

    /** One message on its way from member to member; each member is asked once. */
    private final class Attempt {
        private final Message message;
        private final List<? extends Outlet> outlets;
        private final PublishCallback callback;
        private final long context;
        private final StringJoiner refusals = new StringJoiner("; ");
        private int asked;

        Attempt(Message message, List<? extends Outlet> outlets, PublishCallback callback, long context) {
            this.message = message;
            this.outlets = outlets;
            this.callback = callback;
            this.context = context;
        }

        void next(int member, @Nullable Refusal last) {
            if (asked++ == outlets.size()) {
                ReasonCode reason = last == null ? ReasonCode.BUSY : last.reason();
                callback.refused(context, new Refusal(reason, "no member took it: " + refusals));
                return;
            }
            Try attempt = new Try(this, member % outlets.size());
            deadlines.add(attempt);
            outlets.get(attempt.member).publish(message, attempt, 0);
        }
    }

    /** One member's turn: the first of its answer and the deadline counts. */
    private final class Try implements PublishCallback, Deadlines.Waits {
        private final Attempt attempt;
        private final int member;
        private boolean done;

        Try(Attempt attempt, int member) {
            this.attempt = attempt;
            this.member = member;
        }

        private synchronized boolean first() {
            boolean was = done;
            done = true;
            return !was;
        }

        @Override
        public void published(long zero, Outcome outcome, Durability reached, long sequence) {
            if (first()) {
                roster.accepted(member);
                attempt.callback.published(attempt.context, outcome, reached, 0);
            }
        }

        @Override
        public void refused(long zero, Refusal refusal) {
            if (!first()) {
                return;
            }
            roster.refused(member);
            String name = roster.names().get(member);
            if (!Outage.is(refusal.reason())) {
                attempt.callback.refused(
                        attempt.context, new Refusal(refusal.reason(), name + ": " + refusal.detail()));
                return;
            }
            leave(member, refusal.detail());
            attempt.refusals.add(name + ": " + refusal.detail());
            attempt.next(member + 1, refusal);
        }

        @Override
        public synchronized boolean done() {
            return done;
        }

        @Override
        public void expire(Duration after) {
            refused(0, new Refusal(ReasonCode.BUSY, "no answer within " + after.toMillis() + " ms"));
        }
    }
}
