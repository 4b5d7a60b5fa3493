package io.signalbox.log.store;

import io.signalbox.log.store.SimulatedFileStore.Fault;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Holds forces up, as a device does that hangs. Thread safe. */
public final class ForceGate {
    private boolean held;
    private int waiting;
    private @Nullable Fault fault;

    /** From now on. */
    public synchronized void hold() {
        held = true;
    }

    /** Until there is one that is held up. */
    public synchronized void awaitHeld() throws InterruptedException {
        while (waiting == 0) {
            wait();
        }
    }

    /** All go on; the first of them fails, if a fault is given. */
    public synchronized void release(@Nullable Fault first) {
        held = false;
        fault = first;
        notifyAll();
    }

    synchronized @Nullable Fault pass() throws IOException {
        boolean waited = held;
        waiting++;
        notifyAll();
        try {
            while (held) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted in a force that hung", e);
        } finally {
            waiting--;
        }
        Fault mine = waited ? fault : null;
        if (waited) {
            fault = null;
        }
        return mine;
    }
}
