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
    private final Consumer<List<T>> work;
    private List<T> filling = new ArrayList<>();
    private boolean scheduled;

    /** The receiver's alone: the list of the batch before, for reuse. */
    private List<T> spare = new ArrayList<>();

    /** @param work on the receiver, in the order of arrival; the list is not its own */
    Batches(Executor receiver, Consumer<List<T>> work) {
        this.receiver = receiver;
        this.work = work;
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
        try {
            work.accept(batch);
        } finally {
            batch.clear();
            spare = batch;
        }
    }
}
