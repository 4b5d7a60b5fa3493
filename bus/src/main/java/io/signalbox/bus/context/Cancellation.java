package io.signalbox.bus.context;

import io.signalbox.bus.message.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Reaches a handler that is no longer wanted: its thread is interrupted, and {@link CurrentMessage#isCancelled()} is
 * true. A thread is never interrupted once it has left the handler. Thread safe.
 */
public final class Cancellation {
    private @Nullable Reason reason;
    private @Nullable Thread thread;

    /** Called by the thread that is about to run the handler; false: do not, it is cancelled already. */
    public synchronized boolean enter() {
        if (reason != null) {
            return false;
        }
        thread = Thread.currentThread();
        return true;
    }

    /** Called by the same thread when the handler is over; takes back an interrupt that came too late to matter. */
    public synchronized void leave() {
        thread = null;
        if (reason != null) {
            Thread.interrupted();
        }
    }

    /** Only the first call has an effect. */
    public synchronized void cancel(Reason why) {
        if (reason != null) {
            return;
        }
        reason = why;
        if (thread != null) {
            thread.interrupt();
        }
    }

    public synchronized @Nullable Reason reason() {
        return reason;
    }
}
