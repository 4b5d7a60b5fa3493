package io.signalbox.benchmarks.bus.peer;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The executor of those peers that want to be given one: a single thread. With one publisher that was quicker than two
 * threads, a work-stealing pool, or a virtual thread for each event.
 */
final class HandlerThread {
    private HandlerThread() {}

    static ExecutorService start() {
        return Executors.newSingleThreadExecutor();
    }
}
