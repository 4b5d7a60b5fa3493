package io.signalbox.gateway.amqp.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Where one thread leaves things for another, which is woken once for a batch. Bounded by the credit that whoever leaves
 * them goes by.
 *
 * <p>The lock guards a look into a list; nobody waits on anything while holding it.
 */
final class Batches<T> implements Runnable {
    private final Executor receiver;
    private final Consumer<T> work;
    private final Runnable after;
    private List<T> filling = new ArrayList<>();
    private boolean scheduled;

    /** The receiver's alone: the list of the batch before, for reuse. */
    private List<T> spare = new ArrayList<>();

    /**
     * @param work of each, on the receiver, in the order of arrival
     * @param after each batch
     */
    Batches(Executor receiver, Consumer<T> work, Runnable after) {
        this.receiver = receiver;
        this.work = work;
        this.after = after;
    }

    void add(T one) {
        boolean wake;
        synchronized (this) {
            filling.add(one);
            wake = !scheduled;
            scheduled = true;
        }
        if (wake) {
            receiver.execute(this);
        }
    }

    @Override
    public void run() {
        List<T> batch;
        synchronized (this) {
            batch = filling;
            filling = spare;
            scheduled = false;
        }
        int done = 0;
        try {
            while (done < batch.size()) {
                work.accept(batch.get(done++));
            }
        } finally {
            if (done < batch.size()) {
                again(batch.subList(done, batch.size()));
            }
            batch.clear();
            spare = batch;
            after.run();
        }
    }

    /** A fault with one is no reason to forget those behind it. */
    private void again(List<T> rest) {
        boolean wake;
        synchronized (this) {
            filling.addAll(0, rest);
            wake = !scheduled;
            scheduled = true;
        }
        if (wake) {
            receiver.execute(this);
        }
    }
}
