package io.signalbox.broker.session;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jctools.queues.unpadded.MpscUnboundedUnpaddedArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mailbox, and turns in which its owner works it off: never two at once, on whatever executor is set, each turn
 * seeing all that the one before did. Anybody may post.
 */
abstract class Turns implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Turns.class);
    static final int ITEMS_PER_TURN = 1_024;
    private static final VarHandle SCHEDULED;

    static {
        try {
            SCHEDULED = MethodHandles.lookup().findVarHandle(Turns.class, "scheduled", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int CHUNK_ITEMS = 16;

    /**
     * Unpadded and of small chunks: there is one for each session, and an idle one must cost little. It knows how much
     * it holds without being counted.
     */
    private final MpscUnboundedUnpaddedArrayQueue<Object> mailbox = new MpscUnboundedUnpaddedArrayQueue<>(CHUNK_ITEMS);

    private final Executor fallback;
    private volatile Executor executor;

    /** Somebody asked for a turn since this one began. */
    private volatile boolean wanted;

    @SuppressWarnings("unused") // through SCHEDULED
    private volatile int scheduled;

    /** @param fallback runs turns at first, and again when a lane takes no more */
    Turns(Executor fallback) {
        this.fallback = fallback;
        this.executor = fallback;
    }

    final void post(Object item) {
        mailbox.offer(item);
        schedule();
    }

    /** Items that wait. Any thread. */
    final int waiting() {
        return mailbox.size();
    }

    /** Sees to it that a turn comes after this call, also when it is made in a turn. */
    final void wake() {
        wanted = true;
        schedule();
    }

    private void schedule() {
        if (scheduled == 0 && SCHEDULED.compareAndSet(this, 0, 1)) {
            try {
                executor.execute(this);
            } catch (RejectedExecutionException laneClosed) {
                executor = fallback;
                goOnInBackground();
            }
        }
    }

    private void goOnInBackground() {
        try {
            fallback.execute(this);
        } catch (RejectedExecutionException closed) {
            // The broker is closed: what is in the mailbox is in the log, or was promised to nobody.
            scheduled = 0;
        }
    }

    final Executor executor() {
        return executor;
    }

    /** From the next turn on. Called in a turn. */
    final void moveTo(Executor next) {
        executor = next;
    }

    @Override
    public final void run() {
        Executor here = executor;
        wanted = false;
        try {
            for (int i = 0; i < ITEMS_PER_TURN && executor == here; i++) {
                Object item = mailbox.poll();
                if (item == null) {
                    break;
                }
                try {
                    handle(item);
                } catch (RuntimeException e) {
                    LOG.error("{} met a fault of its own on {}; it goes on", this, item.getClass(), e);
                }
            }
            if (executor == here) {
                endTurn();
            }
        } finally {
            scheduled = 0;
            if (executor != here || wanted || !mailbox.isEmpty()) {
                schedule();
            }
        }
    }

    abstract void handle(Object item);

    /** After the items of a turn, on the same thread. */
    abstract void endTurn();
}
