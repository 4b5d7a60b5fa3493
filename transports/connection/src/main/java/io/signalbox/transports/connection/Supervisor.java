package io.signalbox.transports.connection;

import io.signalbox.transport.Health;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection: connects, waits for its end, connects again, with {@link Backoff} between tries and every
 * failure told to the {@link Breaker}, or the pause that the engine asks for ({@link RetryHint}). One virtual thread of its own owns the cycle; other threads read what is there.
 */
public final class Supervisor<C> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

    /** A connection that does not live so long counts as a failed try, or one that is always lost would be a busy loop. */
    private static final long SHORT_LIFE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Short lives in a row raise the pause no further. */
    private static final int SHORT_LIVES_MAX = 4;

    private final String name;
    private final Connector<C> connector;
    private final Backoff backoff;
    private final Breaker breaker;
    private final ResponseTimes responseTimes;
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable C connection;
    private volatile String trouble = "not connected yet";

    /** Starts to connect at once. */
    public Supervisor(
            String name, Connector<C> connector, Backoff backoff, Breaker breaker, ResponseTimes responseTimes) {
        this.name = name;
        this.connector = connector;
        this.backoff = backoff;
        this.breaker = breaker;
        this.responseTimes = responseTimes;
        thread = Thread.ofVirtual().name(name + "-supervisor").unstarted(this::run);
    }

    public Supervisor<C> start() {
        thread.start();
        return this;
    }

    /** The connection, or null while there is none. */
    public @Nullable C connection() {
        return connection;
    }

    /** Completes when the first try has ended, with its failure if it failed; the tries go on all the same. */
    public CompletionStage<Void> firstTry() {
        return first;
    }

    /** UP with response times; DEGRADED while it reconnects; DOWN once the breaker is open. */
    public Health health() {
        if (connection != null) {
            return new Health(Health.Status.UP, responseTimes.take().toString());
        }
        return new Health(breaker.isOpen() ? Health.Status.DOWN : Health.Status.DEGRADED, name + ": " + trouble);
    }

    private void run() {
        int failures = 0;
        int shortLives = 0;
        while (closing.getCount() > 0) {
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            try {
                C connected = connect(end);
                failures = 0;
                long began = System.nanoTime();
                Throwable cause = stay(connected, end);
                shortLives = System.nanoTime() - began < SHORT_LIFE_NANOS ? shortLives + 1 : 0;
                if (shortLives > 1 || hint(cause) != null) {
                    pause(Math.clamp(shortLives - 1L, 1, SHORT_LIVES_MAX), cause);
                }
            } catch (InterruptedException e) {
                break;
            } catch (Exception e) {
                failures++;
                first.completeExceptionally(e);
                breaker.failed(e);
                trouble = "try " + failures + " to connect failed: " + e;
                pause(failures, e);
            }
        }
        first.completeExceptionally(new IllegalStateException(name + " is closed"));
    }

    private C connect(CompletableFuture<Throwable> end) throws Exception {
        long began = System.nanoTime();
        C connected = connector.connect(end::complete);
        responseTimes.record(System.nanoTime() - began);
        breaker.reset();
        return connected;
    }

    private Throwable stay(C connected, CompletableFuture<Throwable> end) throws InterruptedException {
        Throwable cause = null;
        try {
            connection = connected;
            connector.up(connected);
            first.complete(null);
            LOG.info("{}: connected", name);
            cause = end.get();
            LOG.warn("{}: connection lost, connecting again: {}", name, cause.toString());
            return cause;
        } catch (java.util.concurrent.ExecutionException e) {
            throw new AssertionError(e); // it is only ever completed with a value
        } finally {
            connection = null;
            trouble = "connection lost: " + cause;
            connector.down(connected, cause == null ? new InterruptedException("closing") : cause);
            disconnect(connected);
        }
    }

    private void disconnect(C connected) {
        try {
            connector.disconnect(connected);
        } catch (Exception e) {
            LOG.debug("{}: ending a connection", name, e);
        }
    }

    private static @Nullable Duration hint(Throwable cause) {
        return cause instanceof RetryHint hint ? hint.retryAfter() : null;
    }

    private void pause(int failures, Throwable cause) {
        Duration hint = hint(cause);
        Duration delay = hint == null ? backoff.delay(failures, ThreadLocalRandom.current()) : hint;
        if (failures == 1 || failures % 20 == 0) {
            LOG.warn("{}: {}; next try in {} ms", name, trouble, delay.toMillis());
        }
        try {
            boolean closed = closing.await(delay.toMillis(), TimeUnit.MILLISECONDS);
            LOG.debug("{}: {}", name, closed ? "closed" : "tries again");
        } catch (InterruptedException e) {
            closing.countDown();
        }
    }

    /** Ends the connection and the cycle, and waits for both. */
    @Override
    public void close() {
        closing.countDown();
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
