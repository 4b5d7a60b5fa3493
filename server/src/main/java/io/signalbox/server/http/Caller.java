package io.signalbox.server.http;

import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Who asked last on a connection, and what waits on his behalf. Thread safe. */
final class Caller {
    private volatile @Nullable String user;
    private volatile boolean gone;
    private final AtomicReference<@Nullable Thread> waiting = new AtomicReference<>();

    void user(String name) {
        user = name;
    }

    boolean isOf(Set<String> users) {
        String name = user;
        return name != null && users.contains(name);
    }

    /** It is interrupted when the connection is gone, or is by now, until it {@linkplain #waited waits} no more. */
    void waiting(Thread thread) {
        waiting.set(thread);
        if (gone) {
            thread.interrupt();
        }
    }

    /** The next request may be here already, and wait too. */
    void waited(Thread thread) {
        waiting.compareAndSet(thread, null);
    }

    void left() {
        gone = true;
        Thread thread = waiting.get();
        if (thread != null) {
            thread.interrupt();
        }
    }
}
