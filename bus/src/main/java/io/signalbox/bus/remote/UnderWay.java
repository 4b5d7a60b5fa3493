package io.signalbox.bus.remote;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Commands of others that were begun, until the transport has their answer and their delivery is settled: a link that is
 * closed before gives them to somebody else. Thread safe.
 */
final class UnderWay {
    /** Guarded by this, as what follows. */
    private final Set<Begun> open = new HashSet<>();

    private CompletableFuture<Void> none = CompletableFuture.completedFuture(null);

    /** One of them. */
    final class Begun {
        private final AtomicBoolean ended = new AtomicBoolean();
        private final Runnable settle;

        private Begun(Runnable settle) {
            this.settle = settle;
        }

        /** Its answer is on the transport, or nobody waits for one. A second time does nothing. */
        void settle() {
            if (ended.compareAndSet(false, true)) {
                try {
                    settle.run();
                } finally {
                    remove(this);
                }
            }
        }

        /** It was not begun after all, or its link is gone: it is somebody else's. */
        void leave() {
            if (ended.compareAndSet(false, true)) {
                remove(this);
            }
        }
    }

    synchronized Begun begin(Runnable settle) {
        if (open.isEmpty()) {
            none = new CompletableFuture<>();
        }
        Begun begun = new Begun(settle);
        open.add(begun);
        return begun;
    }

    private void remove(Begun ended) {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            open.remove(ended);
            if (!open.isEmpty()) {
                return;
            }
            waiting = none;
        }
        waiting.complete(null);
    }

    /** Their link is gone, and all their deliveries with it. */
    void leaveAll() {
        List<Begun> left;
        synchronized (this) {
            left = List.copyOf(open);
        }
        left.forEach(Begun::leave);
    }

    /** Complete when there was none for a moment. */
    synchronized CompletableFuture<Void> none() {
        return none;
    }
}
