package io.signalbox.gateway.amqp.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where one thread leaves things for another, which is woken once for a batch. Bounded by the credit that whoever leaves
 * them goes by. One that fails costs no other.
 *
 * <p>The lock guards a look into a list; nobody waits on anything while holding it.
 */
final class Batches<T> implements Runnable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Batches.class);

    private final Executor receiver;
    private final Consumer<T> work;
    private final BiConsumer<T, Throwable> failed;
    private final Runnable end;
    private List<T> filling = new ArrayList<>();
    private boolean scheduled;

    /** The receiver's alone: the list of the batch before, for reuse. */
    private List<T> spare = new ArrayList<>();

    /**
     * All of it is called on the receiver.
     *
     * @param work for each, in the order of arrival
     * @param failed hears of one for which the work threw
     * @param end when a batch is done
     */
    Batches(Executor receiver, Consumer<T> work, BiConsumer<T, Throwable> failed, Runnable end) {
        this.receiver = receiver;
        this.work = work;
        this.failed = failed;
        this.end = end;
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
            batch.forEach(this::work);
            end.run();
        } finally {
            batch.clear();
            spare = batch;
        }
    }

    private void work(T one) {
        try {
            work.accept(one);
        } catch (RuntimeException | Error e) {
            LOGGER.error("a delivery or a settlement failed on its way", e);
            failed.accept(one, e);
        }
    }
}
