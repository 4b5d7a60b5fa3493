package io.signalbox.gateway.amqp.link;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Where the transport's threads leave answers for a connection's loop, which is woken once for a batch. Bounded by the
 * credit that the links have given.
 *
 * <p>The lock guards a look into a list; nobody waits on anything while holding it.
 */
public final class Answers implements Runnable {
    private final Executor loop;
    private final Runnable drained;
    private List<Publishing> filling = new ArrayList<>();
    private boolean scheduled;

    /** The loop's alone: the list of the turn before, for reuse. */
    private List<Publishing> spare = new ArrayList<>();

    /** @param drained runs on the loop after each batch */
    public Answers(Executor loop, Runnable drained) {
        this.loop = loop;
        this.drained = drained;
    }

    void add(Publishing publishing) {
        boolean wake;
        synchronized (this) {
            filling.add(publishing);
            wake = !scheduled;
            scheduled = true;
        }
        if (wake) {
            loop.execute(this);
        }
    }

    @Override
    public void run() {
        List<Publishing> answered;
        synchronized (this) {
            answered = filling;
            filling = spare;
            scheduled = false;
        }
        for (Publishing publishing : answered) {
            publishing.link.onAnswered(publishing);
        }
        answered.clear();
        spare = answered;
        drained.run();
    }
}
