package io.signalbox.client.spool;

import io.signalbox.client.connection.Link;
import io.signalbox.transport.Refusal;
import org.jspecify.annotations.Nullable;

/** A message under way. Its state is guarded by the drain's monitor. */
final class Slot implements Link.Answer {
    final Store.Stored stored;
    State state = State.WAITING;
    long sentFor;
    int refusals;

    @Nullable
    Refusal refusal;

    /** The store knows that it is done. The drain's thread's. */
    boolean told;

    private final Drain drain;
    private final int retriesMax;
    private final Outcomes outcomes;

    enum State {
        WAITING,
        SENT,
        REFUSED,
        DONE
    }

    Slot(Drain drain, Store.Stored stored, int retriesMax, Outcomes outcomes) {
        this.drain = drain;
        this.stored = stored;
        this.retriesMax = retriesMax;
        this.outcomes = outcomes;
    }

    @Override
    public void taken(boolean subscribers) {
        if (drain.answered(this, State.DONE, null)) {
            outcomes.acknowledged(stored, subscribers);
        }
    }

    @Override
    public void refused(Refusal why, boolean again) {
        boolean retry = again && refusals < retriesMax;
        drain.answered(this, retry ? State.WAITING : State.REFUSED, why);
    }
}
