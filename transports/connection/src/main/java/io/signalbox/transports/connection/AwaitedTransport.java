package io.signalbox.transports.connection;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Guarantees;
import io.signalbox.transport.Health;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transport that cannot open without its server, while that is absent: DOWN, and busy to whoever asks, with tries to
 * open it in the background. Once it has opened, all goes through to it.
 */
public final class AwaitedTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(AwaitedTransport.class);
    private static final long LOGGED_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final Refusal CLOSED = new Refusal(ReasonCode.CLOSED, "this transport is closed");

    private final String server;
    private final Capabilities expected;
    private final Supplier<Transport> opening;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable Transport arrived;
    private volatile String trouble;
    /** Owned by the thread that tries. */
    private String logged;

    private long loggedNanos = System.nanoTime() - LOGGED_EVERY_NANOS;

    private AwaitedTransport(
            String server, Capabilities expected, Supplier<Transport> opening, @Nullable String trouble) {
        this.server = server;
        this.expected = expected;
        this.opening = opening;
        this.trouble = String.valueOf(trouble);
        logged = this.trouble;
    }

    /**
     * The transport itself if its server is there, one that is awaited if not.
     *
     * @param server for texts
     * @param expected what it will be able to do
     * @param opening throws a {@link SignalboxException} with BUSY if the server cannot be reached
     */
    public static Transport open(String server, Capabilities expected, Supplier<Transport> opening) {
        try {
            return opening.get();
        } catch (SignalboxException e) {
            if (e.reason() != ReasonCode.BUSY) {
                throw e;
            }
            LOG.warn("{} is awaited: {}", server, e.getMessage());
            AwaitedTransport awaited = new AwaitedTransport(server, expected, opening, e.getMessage());
            Thread.ofVirtual().name("awaiting " + server).start(awaited::await);
            return awaited;
        }
    }

    private void await() {
        try {
            for (int attempt = 1;
                    !closing.await(
                            Backoff.DEFAULT
                                    .delay(attempt, ThreadLocalRandom.current())
                                    .toMillis(),
                            TimeUnit.MILLISECONDS);
                    attempt++) {
                if (tryToOpen()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean tryToOpen() {
        try {
            Transport transport = opening.get();
            synchronized (this) {
                if (closing.getCount() == 0) {
                    transport.close();
                } else {
                    arrived = transport;
                }
            }
            LOG.info("{} is there", server);
            return true;
        } catch (RuntimeException e) {
            troubled(String.valueOf(e.getMessage()));
            return false;
        } catch (LinkageError e) {
            // A library is missing or does not fit; no try will end otherwise, but somebody must read of it.
            troubled(e.toString());
            return false;
        }
    }

    /** What has changed is news: a server that was absent and now refuses the password is somebody's work. */
    private void troubled(String now) {
        trouble = now;
        long nanos = System.nanoTime();
        if (!now.equals(logged) && nanos - loggedNanos >= LOGGED_EVERY_NANOS) {
            logged = now;
            loggedNanos = nanos;
            LOG.warn("{} is still awaited: {}", server, now);
        }
    }

    private Refusal refusal() {
        return closing.getCount() == 0 ? CLOSED : new Refusal(ReasonCode.BUSY, server + " is awaited: " + trouble);
    }

    @Override
    public String name() {
        Transport transport = arrived;
        return transport == null ? server : transport.name();
    }

    @Override
    public Capabilities capabilities() {
        Transport transport = arrived;
        return transport == null ? expected : transport.capabilities();
    }

    @Override
    public Health health() {
        Transport transport = arrived;
        return transport == null ? new Health(Health.Status.DOWN, refusal().detail()) : transport.health();
    }

    @Override
    public Guarantees guarantees() {
        Transport transport = arrived;
        return transport == null ? Guarantees.of(expected) : transport.guarantees();
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        Transport transport = arrived;
        if (transport == null) {
            callback.refused(context, refusal());
        } else {
            transport.publish(message, callback, context);
        }
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        Transport transport = arrived;
        return transport == null
                ? CompletableFuture.failedFuture(refusal().toException())
                : transport.open(options, lane, subscriber);
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        Transport transport = arrived;
        return transport == null
                ? CompletableFuture.failedFuture(refusal().toException())
                : transport.read(request, visitor);
    }

    @Override
    public void close() {
        Transport transport;
        synchronized (this) {
            closing.countDown();
            transport = arrived;
        }
        if (transport != null) {
            transport.close();
        }
    }
}
