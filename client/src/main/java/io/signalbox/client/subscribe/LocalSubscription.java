package io.signalbox.client.subscribe;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription of this process: a queue, worked off by one thread at a time while there is something in it and demand
 * for it. What needs settling is bounded by the connection's credit; the rest is bounded here. What a lost
 * connection left waits until the next says whether the session goes on.
 */
final class LocalSubscription implements Subscription {
    private static final Logger LOGGER = LoggerFactory.getLogger(LocalSubscription.class);
    static final long UNLIMITED = Long.MAX_VALUE;

    /** Of so many lost sessions a full credit is kept. */
    private static final int KEPT_CREDITS = 4;

    private final SubscribeOptions options;
    private final Handler handler;
    private final Means means;
    private final Consumer<LocalSubscription> closing;
    private final CompletableFuture<Void> granted = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final ArrayDeque<Arrival> queue = new ArrayDeque<>();
    private int settledWaiting;
    private long demand;
    private boolean running;
    private boolean held;
    private @Nullable Thread worker;
    private boolean closed;
    private @Nullable Throwable refusal;
    private long dropped;

    /** @param demand how many may be handed out, {@link #UNLIMITED} for all */
    LocalSubscription(
            SubscribeOptions options, Handler handler, long demand, Means means, Consumer<LocalSubscription> closing) {
        this.options = options;
        this.handler = handler;
        this.demand = demand;
        this.means = means;
        this.closing = closing;
    }

    SubscribeOptions options() {
        return options;
    }

    /** On the connection's thread. */
    void offer(Arrival came) {
        Arrival arrival = means.seen().first(this, came);
        if (arrival == null) {
            go(); // What waits for that connection's next may be what came again.
            return;
        }
        synchronized (this) {
            if (closed) {
                letGo(arrival);
                return;
            }
            if (arrival.settled()) {
                if (settledWaiting >= means.settledMax()) {
                    dropped++;
                    arrival.settling().accept();
                    return;
                }
                settledWaiting++;
            }
            queue.addLast(arrival);
        }
        go();
    }

    /** So many more may be handed out. */
    void request(long more) {
        synchronized (this) {
            demand = demand > UNLIMITED - more ? UNLIMITED : demand + more;
        }
        go();
    }

    /**
     * What waits here of a connection that is gone: when the session goes on the server brings it again, and else nobody
     * does.
     */
    void linkUp(boolean sessionPresent) {
        synchronized (this) {
            List<Arrival> all = List.copyOf(queue);
            queue.clear();
            for (Arrival arrival : all) {
                if (!arrival.isUndecided()) {
                    queue.addLast(arrival);
                } else if (!sessionPresent && queue.size() < KEPT_CREDITS * means.settledMax()) {
                    queue.addLast(arrival.kept());
                } else {
                    arrival.dropped();
                    dropped += sessionPresent ? 0 : 1;
                }
            }
        }
        go();
    }

    private void go() {
        synchronized (this) {
            if (running
                    || held
                    || demand == 0
                    || queue.isEmpty()
                    || queue.getFirst().isUndecided()) {
                return;
            }
            running = true;
        }
        means.listeners().execute(this::work);
    }

    private void work() {
        while (true) {
            Arrival next;
            synchronized (this) {
                worker = Thread.currentThread();
                next = closed || held || demand == 0 ? null : queue.peekFirst();
                if (next == null || next.isUndecided()) {
                    running = false;
                    break;
                }
                queue.removeFirst();
                next.taken();
                if (next.settled()) {
                    settledWaiting--;
                }
                demand -= demand == UNLIMITED ? 0 : 1;
            }
            try {
                handler.handle(next);
            } catch (RuntimeException | Error e) {
                LOGGER.error("a subscription to {} failed at a message", options.filter(), e);
                next.settling().reject(false, "the receiver failed: " + e);
            }
        }
        endIfOver();
    }

    /** Nobody handles it here any more; what others of a group might have had is kept for them, as a dead letter. */
    private void letGo(Arrival arrival) {
        Throwable why;
        synchronized (this) {
            why = refusal;
        }
        if (why != null) {
            arrival.settling().reject(false, "its subscription was refused: " + why.getMessage());
        } else if (options.share() == null) {
            arrival.settling().accept();
        } else {
            arrival.settling().reject(false, "the member of group " + options.share() + " that had it has left");
        }
    }

    @Override
    public CompletionStage<?> ended() {
        return ended.minimalCompletionStage();
    }

    /** Not while a message is being handed out: nothing is, after the end. */
    private void endIfOver() {
        Throwable why;
        synchronized (this) {
            if (!closed || running) {
                return;
            }
            why = refusal;
        }
        if (why == null) {
            ended.complete(null);
        } else {
            ended.completeExceptionally(why);
        }
    }

    /** From here on nothing is handed out any more. */
    synchronized void hold() {
        held = true;
    }

    /** Whether another thread than the caller's, who cannot wait for himself, is with the application. */
    synchronized boolean isHandling() {
        return running && worker != Thread.currentThread();
    }

    void grant() {
        means.lane().execute(() -> granted.complete(null));
    }

    /** Not the end of it: it is asked for until it is granted. */
    void denied(Throwable why) {
        means.lane().execute(() -> granted.completeExceptionally(why));
    }

    /** The end of it. */
    void refuse(Throwable why) {
        synchronized (this) {
            refusal = closed ? refusal : why;
        }
        means.lane().execute(() -> granted.completeExceptionally(why));
        close();
    }

    @Override
    public CompletionStage<?> granted() {
        return granted.minimalCompletionStage();
    }

    @Override
    public synchronized long dropped() {
        return dropped;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        closing.accept(this);
        synchronized (this) {
            queue.forEach(this::letGo);
            queue.clear();
        }
        IllegalStateException why = new IllegalStateException("the subscription was closed");
        means.lane().execute(() -> granted.completeExceptionally(why));
        endIfOver();
    }
}
