package io.signalbox.broker.session;

import io.signalbox.time.TimeSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;

/** Wakes sessions when their time has come, within a fiftieth of a second. One thread, which only posts. */
public final class Timers implements AutoCloseable {
    private static final long POLL_NANOS = 20_000_000L;

    private record Wake(long atMillis, BrokerSession session) {}

    private final TimeSource time;
    private final PriorityQueue<Wake> wakes = new PriorityQueue<>(Comparator.comparingLong(Wake::atMillis));
    private final Thread thread;
    private volatile boolean closed;

    public Timers(TimeSource time) {
        this.time = time;
        this.thread = Thread.ofPlatform().name("signalbox-timers").daemon(true).start(this::run);
    }

    public void wakeAt(BrokerSession session, long atMillis) {
        synchronized (wakes) {
            wakes.add(new Wake(atMillis, session));
        }
    }

    private void run() {
        List<BrokerSession> due = new ArrayList<>();
        while (!closed) {
            long now = time.millis();
            synchronized (wakes) {
                Wake head;
                while ((head = wakes.peek()) != null && head.atMillis <= now) {
                    due.add(wakes.poll().session);
                }
            }
            due.forEach(BrokerSession::tick);
            due.clear();
            LockSupport.parkNanos(this, POLL_NANOS);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
