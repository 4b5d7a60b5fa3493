package io.signalbox.transports.composite.strategy;

import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * One publish that several voters answer, with the voter's index as context. The publisher hears of it once: as soon as
 * enough have it, with the lowest durability among those; or, when all have answered and it was not enough, why, with
 * PARTIAL and the names if some have it.
 */
public final class Ballot implements PublishCallback, Deadlines.Waits {
    /** Hears of each vote, also of those that come after the publisher was answered. */
    public interface Count {
        void voted(int voter, boolean accepted);
    }

    private final List<String> voters;
    private final int needed;
    private final Count count;
    private final PublishCallback answer;
    private final long context;
    private final @Nullable Object[] votes;
    private int accepted;
    private int open;
    private boolean answered;
    private Outcome outcome = Outcome.DUPLICATE;
    private Durability lowest = Durability.REPLICATED;

    public Ballot(List<String> voters, int needed, Count count, PublishCallback answer, long context) {
        this.voters = voters;
        this.needed = needed;
        this.count = count;
        this.answer = answer;
        this.context = context;
        votes = new Object[voters.size()];
        open = voters.size();
    }

    @Override
    public void published(long voter, Outcome its, Durability reached, long sequence) {
        boolean enough;
        synchronized (this) {
            if (votes[(int) voter] != null) {
                return;
            }
            votes[(int) voter] = Outcome.ROUTED;
            open--;
            accepted++;
            if (!answered) {
                outcome = union(outcome, its);
                lowest = lowest.atLeast(reached) ? reached : lowest;
            }
            enough = !answered && accepted == needed;
            answered |= enough;
        }
        count.voted((int) voter, true);
        if (enough) {
            answer.published(context, outcome, lowest, 0);
        } else {
            answerIfLost();
        }
    }

    /** One that has subscribers is enough for ROUTED; DUPLICATE needs all. */
    private static Outcome union(Outcome a, Outcome b) {
        return a == b ? a : a == Outcome.ROUTED || b == Outcome.ROUTED ? Outcome.ROUTED : Outcome.NO_SUBSCRIBERS;
    }

    @Override
    public void refused(long voter, Refusal refusal) {
        synchronized (this) {
            if (votes[(int) voter] != null) {
                return;
            }
            votes[(int) voter] = refusal;
            open--;
        }
        count.voted((int) voter, false);
        answerIfLost();
    }

    private void answerIfLost() {
        Refusal refusal;
        synchronized (this) {
            if (answered || open > 0) {
                return;
            }
            answered = true;
            refusal = verdict();
        }
        answer.refused(context, refusal);
    }

    private Refusal verdict() {
        StringJoiner have = new StringJoiner(", ");
        StringJoiner lack = new StringJoiner("; ");
        Refusal first = null;
        for (int i = 0; i < votes.length; i++) {
            if (votes[i] instanceof Refusal refusal) {
                first = first == null ? refusal : first;
                lack.add(voters.get(i) + ": " + refusal.reason().code() + ", " + refusal.detail());
            } else {
                have.add(voters.get(i));
            }
        }
        if (first == null || accepted > 0) {
            return new Refusal(
                    ReasonCode.PARTIAL,
                    accepted + " of " + voters.size() + " have it, " + needed + " are needed: " + have + "; refused by "
                            + lack);
        }
        return new Refusal(first.reason(), "refused by " + lack);
    }

    @Override
    public synchronized boolean done() {
        return open == 0;
    }

    @Override
    public void expire(Duration after) {
        for (int i = 0; i < votes.length; i++) {
            refused(i, new Refusal(ReasonCode.BUSY, "no answer within " + after.toMillis() + " ms"));
        }
    }
}
