package io.signalbox.transports.memory;

import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What goes wrong, as a test asks for it. Thread safe; takes effect with the next call of the transport. */
public final class Faults {
    private @Nullable String down;
    private @Nullable Refusal refusal;
    private int refusalsLeft;
    private int answersToLose;
    private int settlementsToLose;
    private boolean holding;
    private final List<Runnable> held = new ArrayList<>();

    /** What happens to one publish. */
    enum Fate {
        NORMAL,
        /** It is taken, and its publisher never hears of it. */
        ANSWER_LOST
    }

    Faults() {}

    /** Everything is refused, and health is DOWN, until {@link #up()}: the transport is away. */
    public synchronized void down(String why) {
        down = why;
    }

    public synchronized void up() {
        down = null;
    }

    /** The next publishes are refused, and not taken. */
    public synchronized void refuseNext(int count, ReasonCode reason) {
        refusalsLeft = count;
        refusal = new Refusal(reason, "refused on purpose");
    }

    /** The next publishes are taken, and their answers are lost: the connection was cut at the worst moment. */
    public synchronized void loseNextAnswers(int count) {
        answersToLose = count;
    }

    /** The next accepted deliveries are offered again: their settlements were lost. */
    public synchronized void loseNextSettlements(int count) {
        settlementsToLose = count;
    }

    /** Answers to publishes wait, in order, until {@link #releaseAnswers()}: a slow transport. */
    public synchronized void holdAnswers() {
        holding = true;
    }

    public void releaseAnswers() {
        List<Runnable> released;
        synchronized (this) {
            holding = false;
            released = List.copyOf(held);
            held.clear();
        }
        released.forEach(Runnable::run);
    }

    synchronized @Nullable String whyDown() {
        return down;
    }

    /** @return null if the publish may go on */
    synchronized @Nullable Refusal refusesPublish() {
        if (down != null) {
            return new Refusal(ReasonCode.BUSY, "down on purpose: " + down);
        }
        if (refusalsLeft > 0) {
            refusalsLeft--;
            return refusal;
        }
        return null;
    }

    synchronized Fate fate() {
        if (answersToLose > 0) {
            answersToLose--;
            return Fate.ANSWER_LOST;
        }
        return Fate.NORMAL;
    }

    synchronized boolean losesSettlement() {
        if (settlementsToLose > 0) {
            settlementsToLose--;
            return true;
        }
        return false;
    }

    /** Runs it now, or keeps it. */
    void answer(Runnable answer) {
        synchronized (this) {
            if (holding) {
                held.add(answer);
                return;
            }
        }
        answer.run();
    }
}
