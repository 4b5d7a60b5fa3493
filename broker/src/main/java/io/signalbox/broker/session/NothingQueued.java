package io.signalbox.broker.session;

import java.util.AbstractQueue;
import java.util.Collections;
import java.util.Iterator;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The queue of whoever has none yet: most sessions are idle, and have nothing in most of their queues for all their
 * life. It is shared and takes nothing; who adds calls {@link #own} first. {@code List.of()} and {@code Map.of()} serve
 * lists and maps in the same way.
 */
final class NothingQueued extends AbstractQueue<Object> {
    private static final Queue<Object> SHARED = new NothingQueued();

    private NothingQueued() {}

    @SuppressWarnings("unchecked") // it never holds any
    static <E> Queue<E> shared() {
        return (Queue<E>) SHARED;
    }

    /** @return the queue itself, or a new one in place of the shared */
    static <E> Queue<E> own(Queue<E> queue, Supplier<? extends Queue<E>> made) {
        return queue == SHARED ? made.get() : queue;
    }

    @Override
    public boolean offer(Object element) {
        throw new IllegalStateException("queued where a session has no queue of its own");
    }

    @Override
    public @Nullable Object poll() {
        return null;
    }

    @Override
    public @Nullable Object peek() {
        return null;
    }

    @Override
    public Iterator<Object> iterator() {
        return Collections.emptyIterator();
    }

    @Override
    public int size() {
        return 0;
    }
}
