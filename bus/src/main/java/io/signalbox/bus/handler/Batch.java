package io.signalbox.bus.handler;

import io.signalbox.bus.message.Envelope;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** The events of one call, in the order they were published. Owned by the consumer until it returns. */
public final class Batch<E> extends AbstractList<E> implements RandomAccess {
    private final List<Envelope<E>> envelopes;
    /** Guarded by itself: a handler whose time was up may still be at it. */
    private final @Nullable Throwable[] errors;

    private boolean ended;

    public Batch(List<Envelope<E>> envelopes) {
        this.envelopes = envelopes;
        this.errors = new @Nullable Throwable[envelopes.size()];
    }

    @Override
    public E get(int index) {
        return envelopes.get(index).message();
    }

    @Override
    public int size() {
        return envelopes.size();
    }

    public Envelope<E> envelope(int index) {
        return envelopes.get(index);
    }

    /** This element failed; it alone is tried again, the others are done. */
    public void fail(int index, Throwable error) {
        synchronized (errors) {
            if (!ended) {
                errors[index] = error;
            }
        }
    }

    /** Why an element failed; null if it did not. */
    public @Nullable Throwable error(int index) {
        synchronized (errors) {
            return errors[index];
        }
    }

    /**
     * For the bus: the call is over, and nothing that is said later counts.
     *
     * @param rest why all that did not fail by themselves have failed; null: they have not
     * @return why each element failed; null for one that did not
     */
    public List<@Nullable Throwable> end(@Nullable Throwable rest) {
        synchronized (errors) {
            ended = true;
            for (int i = 0; i < errors.length; i++) {
                if (errors[i] == null) {
                    errors[i] = rest;
                }
            }
            return Arrays.asList(errors.clone());
        }
    }
}
