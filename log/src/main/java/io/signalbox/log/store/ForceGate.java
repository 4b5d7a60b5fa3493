package io.signalbox.log.store;

import io.signalbox.log.store.SimulatedFileStore.Fault;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Holds forces up, as a device does that hangs. Thread safe. */
public final class ForceGate {
    private boolean held;
    private @Nullable Fault fault;

    /** From now on. */
    public synchronized void hold() {
        held = true;
    }

    /** All go on; the first of them fails, if a fault is given. */
    public synchronized void release(@Nullable Fault first) {
        held = false;
        fault = first;
        notifyAll();
    }

    synchronized @Nullable Fault pass() throws IOException {
        boolean waited = held;
        while (held) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted in a force that hung", e);
            }
        }
        Fault mine = waited ? fault : null;
        if (waited) {
            fault = null;
        }
        return mine;
    }
}
