package io.signalbox.systemtests.crash;

import io.signalbox.systemtests.wire.Connection;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * The state that the clients of a run share: whether the broker is up, how many acknowledgements
 * came, and when to end. Thread-safe; all waiting is on its monitor.
 */
final class Run {
    static final int READ_TIMEOUT_MILLIS = 60_000;
    /** A subscriber further behind in one stream slows the publishers, well before a queue is full. */
    private static final int LAG_MAX = 1_000;

    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final LongAdder connected = new LongAdder();
    private final List<Arrivals> arrivals = new ArrayList<>();
    private final List<String> troubles = new ArrayList<>();
    private int port;
    private long acknowledged;
    private int subscribed;
    private int sessionsLost;
    private boolean draining;
    private boolean over;

    synchronized void register(Arrivals of) {
        arrivals.add(of);
    }

    synchronized void brokerIsUp(int mqttPort) {
        port = mqttPort;
        notifyAll();
    }

    synchronized void brokerIsDown() {
        port = 0;
        notifyAll();
    }

    /** The port to connect to, as soon as there is one; anything when the run is over. */
    synchronized int awaitBroker() {
        await(() -> port != 0 || over, Long.MAX_VALUE);
        return port;
    }

    void connected(Connection connection) {
        connections.removeIf(Connection::isClosed);
        connections.add(connection);
        connected.increment();
    }

    /** How many there were in all. */
    long connections() {
        return connected.sum();
    }

    /**
     * A connection that breaks while the broker is up is told at the end; one that breaks because
     * the broker was killed is what the run is about.
     */
    synchronized void connectionLost(String who, IOException why) {
        boolean expected = over || why instanceof EOFException || why instanceof SocketException;
        if (!expected || why instanceof SocketTimeoutException) {
            troubles.add(who + ": " + why);
        }
    }

    synchronized void trouble(String what) {
        troubles.add(what);
    }

    synchronized void acknowledged() {
        acknowledged++;
        notifyAll();
    }

    synchronized long acknowledgedCount() {
        return acknowledged;
    }

    synchronized void subscribed() {
        subscribed++;
        notifyAll();
    }

    synchronized boolean awaitSubscribed(int count, long millis) {
        return await(() -> subscribed >= count, millis);
    }

    synchronized void sessionLost(String who) {
        sessionsLost++;
        troubles.add(who + ": its session was gone");
    }

    synchronized int sessionsLost() {
        return sessionsLost;
    }

    /** Waits until so many acknowledgements have come in all. */
    synchronized boolean awaitAcknowledged(long count, long millis) {
        return await(() -> acknowledged >= count, millis);
    }

    synchronized boolean subscribersLag() {
        return arrivals.stream().anyMatch(of -> of.lag() > LAG_MAX);
    }

    synchronized boolean isDraining() {
        return draining;
    }

    synchronized void drain() {
        draining = true;
        notifyAll();
    }

    synchronized boolean isOver() {
        return over;
    }

    void end() {
        synchronized (this) {
            over = true;
            notifyAll();
        }
        connections.forEach(Connection::close);
    }

    synchronized List<String> troubles() {
        return List.copyOf(troubles);
    }

    private boolean await(BooleanSupplier condition, long millis) {
        long deadline =
                millis == Long.MAX_VALUE ? Long.MAX_VALUE : System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!condition.getAsBoolean()) {
            long left = deadline == Long.MAX_VALUE ? 1000 : TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return condition.getAsBoolean();
            }
        }
        return true;
    }
}
