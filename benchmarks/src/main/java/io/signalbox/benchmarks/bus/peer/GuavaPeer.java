package io.signalbox.benchmarks.bus.peer;

import com.google.common.eventbus.AllowConcurrentEvents;
import com.google.common.eventbus.AsyncEventBus;
import com.google.common.eventbus.EventBus;
import com.google.common.eventbus.Subscribe;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Guava's EventBus and AsyncEventBus, its handler not synchronized. */
final class GuavaPeer implements Peer {
    private final EventBus bus;
    private final @Nullable ExecutorService executor;

    /** Found by its annotation. */
    public static final class Receiver {
        private final TickHandler handler;

        Receiver(TickHandler handler) {
            this.handler = handler;
        }

        @Subscribe
        @AllowConcurrentEvents
        public void tick(Tick tick) {
            handler.handle(tick);
        }
    }

    private GuavaPeer(EventBus bus, @Nullable ExecutorService executor, TickHandler handler) {
        this.bus = bus;
        this.executor = executor;
        bus.register(new Receiver(handler));
    }

    static Peer sync(TickHandler handler) {
        return new GuavaPeer(new EventBus(), null, handler);
    }

    static Peer async(TickHandler handler) {
        ExecutorService executor = HandlerThread.start();
        return new GuavaPeer(new AsyncEventBus(executor), executor, handler);
    }

    @Override
    public void publish(Tick tick) {
        bus.post(tick);
    }

    @Override
    public void close() {
        if (executor != null) {
            executor.close();
        }
    }
}
