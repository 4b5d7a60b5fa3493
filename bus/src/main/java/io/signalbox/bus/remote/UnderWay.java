package io.signalbox.bus.remote;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Commands of others that were begun, until the transport has their answer and their delivery is settled: a link that is
 * closed before gives them to somebody else. Thread safe.
 */
final class UnderWay {
    private int commands;
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
                    endedOne();
                }
            }
        }

        /** It was not begun after all, and is somebody else's. */
        void leave() {
            if (ended.compareAndSet(false, true)) {
                endedOne();
            }
        }
    }

    synchronized Begun begin(Runnable settle) {
        if (commands++ == 0) {
            none = new CompletableFuture<>();
        }
        return new Begun(settle);
    }

    private void endedOne() {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            if (--commands > 0) {
                return;
            }
            waiting = none;
        }
        waiting.complete(null);
    }

    /** Complete when there was none for a moment. */
    synchronized CompletableFuture<Void> none() {
        return none;
    }
}
