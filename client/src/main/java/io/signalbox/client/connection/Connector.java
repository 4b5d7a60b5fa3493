package io.signalbox.client.connection;

import io.signalbox.client.connection.ConnectionState.Closed;
import io.signalbox.client.connection.ConnectionState.Idle;
import io.signalbox.client.connection.ConnectionState.Offline;
import io.signalbox.client.connection.ConnectionState.Online;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection: makes it, tells the parts of the client, and when it is lost makes another after a pause. Its
 * state belongs to the conductor, a thread that the whole client has one of.
 */
public final class Connector {
    private static final Logger LOGGER = LoggerFactory.getLogger(Connector.class);

    private final LinkOpener opener;
    private final Backoff backoff;
    private final ScheduledExecutorService conductor;
    private final RandomGenerator random;
    private final TimeSource time;
    private final List<LinkUser> users;
    private final Arrivals arrivals;
    private final Consumer<ConnectionState> listener;
    private final CompletableFuture<Void> first = new CompletableFuture<>();

    private volatile ConnectionState state = new Idle();
    private volatile long connections;
    private @Nullable Link link;
    private volatile @Nullable Goodbye goodbye;
    private long generation;
    private long upSinceMillis;
    private int failures;

    /** Takes what arrives, on the connection's thread; must not block. */
    @FunctionalInterface
    public interface Arrivals {
        void arrived(Message message, long sequence, LinkEvents.Settling settling);
    }

    /**
     * @param users are told in this order that there is a connection, and in the other that there is none
     * @param listener hears of each new state, on the conductor
     */
    public Connector(
            LinkOpener opener,
            Backoff backoff,
            ScheduledExecutorService conductor,
            RandomGenerator random,
            TimeSource time,
            List<LinkUser> users,
            Arrivals arrivals,
            Consumer<ConnectionState> listener) {
        this.opener = opener;
        this.backoff = backoff;
        this.conductor = conductor;
        this.random = random;
        this.time = time;
        this.users = List.copyOf(users);
        this.arrivals = arrivals;
        this.listener = listener;
    }

    /** Begins; of no effect the second time. @return done with the first connection; fails when closed before it */
    public CompletionStage<Void> connect() {
        conductor.execute(() -> {
            if (state instanceof Idle) {
                become(new Offline(Instant.ofEpochMilli(time.millis()), "not connected yet", 0));
                attempt();
            }
        });
        return first.minimalCompletionStage();
    }

    public ConnectionState state() {
        return state;
    }

    /** Connections after the first. */
    public long reconnects() {
        return Math.max(0, connections - 1);
    }

    private void become(ConnectionState next) {
        state = next;
        try {
            listener.accept(next);
        } catch (RuntimeException e) {
            LOGGER.error("a listener of the connection threw", e);
        }
    }

    private void attempt() {
        if (state instanceof Closed) {
            return;
        }
        long current = ++generation;
        CompletionStage<Link> opening;
        try {
            opening = opener.open(new Events(current));
        } catch (RuntimeException e) { // What no server has seen yet may be put right by nobody; it is told, at least.
            opening = CompletableFuture.failedStage(e);
        }
        opening.whenComplete((made, failure) -> {
            conductor.execute(() -> opened(current, made, failure));
            if (made != null) {
                leaveIfOver(made); // The conductor may be gone by now, and nobody else would end it.
            }
        });
    }

    private void opened(long current, @Nullable Link made, @Nullable Throwable failure) {
        if (made == null) {
            ended(current, loss(failure));
        } else if (state instanceof Closed) {
            leaveIfOver(made);
        } else if (current != generation) {
            made.abandon();
        } else {
            link = made;
            upSinceMillis = time.millis();
            connections++;
            become(new Online(made.sessionPresent(), Instant.ofEpochMilli(upSinceMillis)));
            if (tellUsers(made)) {
                first.complete(null);
            } else {
                made.abandon(); // Half a client looks well and does nothing: better that it is seen, and tried again.
                ended(current, LinkLoss.of("a part of the client failed at the connection"));
            }
        }
    }

    /** @return false: one of them threw */
    private boolean tellUsers(Link made) {
        boolean well = true;
        for (LinkUser user : users) {
            try {
                user.linkUp(made);
            } catch (RuntimeException | Error e) {
                well = false;
                LOGGER.error("{} failed at the connection", user.getClass().getName(), e);
            }
        }
        return well;
    }

    private void leaveIfOver(Link late) {
        Goodbye how = goodbye;
        if (how != null) {
            var unused = late.disconnect(how);
        }
    }

    private static LinkLoss loss(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof LinkException known ? known.loss() : LinkLoss.of(String.valueOf(cause));
    }

    /** The attempt or the connection of that number is over. */
    private void ended(long ofGeneration, LinkLoss loss) {
        if (ofGeneration != generation || state instanceof Closed) {
            return;
        }
        generation++;
        boolean was = link != null;
        link = null;
        if (was) {
            users.reversed().forEach(LinkUser::linkDown);
            if (time.millis() - upSinceMillis >= backoff.stableAfter().toMillis()) {
                failures = 0;
            }
        }
        Instant since = state instanceof Offline before ? before.since() : Instant.ofEpochMilli(time.millis());
        long delayMillis = delayMillis(loss);
        failures++;
        if (state instanceof Offline before && before.reason().equals(loss.reason())) {
            LOGGER.debug("still no connection ({}); next try in {} ms", loss.reason(), delayMillis);
        } else {
            LOGGER.info("no connection ({}); next try in {} ms", loss.reason(), delayMillis);
        }
        become(new Offline(since, loss.reason(), failures));
        conductor.schedule(this::attempt, delayMillis, TimeUnit.MILLISECONDS);
    }

    private long delayMillis(LinkLoss loss) {
        Long suggested = loss.suggestedDelayMillis();
        if (suggested != null) {
            return Backoff.suggestedMillis(suggested);
        }
        // Two clients of one id would otherwise throw each other out as fast as they can.
        return loss.takenOver() ? backoff.max().toMillis() : backoff.delayMillis(failures, random);
    }

    /** @return done when the goodbye is said, or there is nobody to hear it */
    public CompletionStage<Void> close(Goodbye how) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        conductor.execute(() -> {
            Link last = link;
            link = null;
            generation++;
            if (!(state instanceof Closed)) {
                goodbye = how;
                become(new Closed());
                if (last != null) {
                    users.reversed().forEach(LinkUser::linkDown);
                }
                first.completeExceptionally(new IllegalStateException("closed before there was a connection"));
            }
            if (last == null) {
                done.complete(null);
            } else {
                last.disconnect(how).whenComplete((said, failure) -> done.complete(null));
            }
        });
        return done;
    }

    private final class Events implements LinkEvents {
        private final long generation;

        Events(long generation) {
            this.generation = generation;
        }

        @Override
        public void arrived(Message message, long sequence, Settling settling) {
            arrivals.arrived(message, sequence, settling);
        }

        @Override
        public void lost(LinkLoss loss) {
            conductor.execute(() -> ended(generation, loss));
        }
    }
}
