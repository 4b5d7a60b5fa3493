package io.signalbox.broker.session;

import io.signalbox.time.TimeSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes sessions when their time has come, within a fiftieth of a second. One thread, which only posts. A session is in
 * here once at most, and not at all once it is gone: what was to expire in a year does not stay for a year.
 */
public final class Timers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Timers.class);
    private static final long POLL_NANOS = 20_000_000L;

    private record Wake(long atMillis, BrokerSession session) {}

    private final TimeSource time;
    private final TreeSet<Wake> wakes =
            new TreeSet<>(Comparator.comparingLong(Wake::atMillis).thenComparingLong(wake -> wake.session.id()));
    private final Map<BrokerSession, Wake> bySession = new HashMap<>();
    private final Thread thread;
    private volatile boolean closed;

    public Timers(TimeSource time) {
        this.time = time;
        this.thread = Thread.ofPlatform().name("signalbox-timers").daemon(true).start(this::run);
    }

    /** The earliest of the times asked for counts, until it has come. */
    public void wakeAt(BrokerSession session, long atMillis) {
        synchronized (wakes) {
            Wake known = bySession.get(session);
            if (known == null || atMillis < known.atMillis) {
                Wake wake = new Wake(atMillis, session);
                bySession.put(session, wake);
                if (known != null) {
                    wakes.remove(known);
                }
                wakes.add(wake);
            }
        }
    }

    public void forget(BrokerSession session) {
        synchronized (wakes) {
            Wake known = bySession.remove(session);
            if (known != null) {
                wakes.remove(known);
            }
        }
    }

    int size() {
        synchronized (wakes) {
            return wakes.size();
        }
    }

    private void run() {
        List<BrokerSession> due = new ArrayList<>();
        while (!closed) {
            long now = time.millis();
            synchronized (wakes) {
                while (!wakes.isEmpty() && wakes.first().atMillis <= now) {
                    BrokerSession session = wakes.removeFirst().session;
                    bySession.remove(session);
                    due.add(session);
                }
            }
            due.forEach(Timers::tick);
            due.clear();
            LockSupport.parkNanos(this, POLL_NANOS);
        }
    }

    private static void tick(BrokerSession session) {
        try {
            session.tick();
        } catch (RuntimeException e) {
            LOG.error("{} could not be woken", session, e);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
