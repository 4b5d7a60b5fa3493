package io.signalbox.client;

import io.signalbox.client.connection.ConnectionState.Online;
import io.signalbox.client.connection.Connector;
import io.signalbox.client.connection.Endpoint;
import io.signalbox.client.connection.Goodbye;
import io.signalbox.client.connection.HiveMqOpener;
import io.signalbox.client.connection.LinkEvents.Settling;
import io.signalbox.client.connection.LinkOpener;
import io.signalbox.client.connection.LinkOptions;
import io.signalbox.client.connection.LinkUser;
import io.signalbox.client.http.ApiPlace;
import io.signalbox.client.http.Past;
import io.signalbox.client.lane.Lane;
import io.signalbox.client.request.Requests;
import io.signalbox.client.request.Responders;
import io.signalbox.client.spool.SessionFilters;
import io.signalbox.client.spool.Spool;
import io.signalbox.client.spool.Unspooled;
import io.signalbox.client.subscribe.Subscriptions;
import io.signalbox.client.subscribe.Typed;
import io.signalbox.message.Message;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's parts, wired. Threads: the conductor owns the connection's state; the lane tells the application, in order;
 * listeners run on virtual threads of their own.
 */
final class ClientParts {
    private static final Logger LOGGER = LoggerFactory.getLogger(ClientParts.class);
    private static final long SWEEP_MILLIS = 5_000;
    private static final long CLOSE_LOOK_NANOS = 1_000_000;
    private static final Duration GOODBYE = Duration.ofSeconds(5);

    final Connector connector;
    final Spool spool;
    final Unspooled unspooled;
    final Typed typed;
    final Requests requests;
    final Responders responders;
    final Past past;
    final Set<String> accepted;

    private final ClientConfig config;
    private final Subscriptions subscriptions;
    private final ScheduledThreadPoolExecutor conductor;
    private final Lane lane;
    private final ExecutorService listeners;
    private final AtomicLong received = new AtomicLong();
    private boolean closed;

    private ClientParts(
            ClientConfig config,
            ClientListener listener,
            LinkOpener opener,
            List<LinkUser> companions,
            Lane lane,
            Spool spool) {
        this.config = config;
        this.lane = lane;
        this.spool = spool;
        accepted = config.codecs().contentTypes();
        conductor = new ScheduledThreadPoolExecutor(
                1,
                Thread.ofPlatform().daemon().name("signalbox-client").factory(),
                new ThreadPoolExecutor.DiscardPolicy());
        conductor.setRemoveOnCancelPolicy(true);
        conductor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        listeners = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("signalbox-client-listener").factory());
        unspooled = new Unspooled(config.time(), lane);
        subscriptions = new Subscriptions(
                config.time(),
                listeners,
                lane,
                config.credit(),
                config.sessionExpiry().toMillis(),
                SessionFilters.in(config.spool().directory()),
                this::later);
        typed = new Typed(subscriptions, config.codecs());
        requests = new Requests(config.clientId(), config.requestsMax(), typed, config.time(), conductor, lane);
        responders = new Responders(typed, config.codecs(), unspooled::publish);
        past = new Past(new ApiPlace(config.api(), config.login(), config.tls(), config.connectTimeout()), listeners);
        List<LinkUser> users = new ArrayList<>(companions);
        users.addAll(List.of(subscriptions, unspooled, requests, spool.drain()));
        connector = new Connector(
                opener,
                config.backoff(),
                conductor,
                new SplittableRandom(new SecureRandom().nextLong()),
                config.time(),
                users,
                this::arrived,
                state -> lane.execute(() -> listener.connectionChanged(state)));
        var unused = conductor.scheduleWithFixedDelay(
                subscriptions::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** @param companions are told of each connection before anything else uses it */
    static ClientParts open(ClientConfig config, ClientListener listener, LinkOpener opener, List<LinkUser> companions)
            throws IOException {
        Lane lane = new Lane();
        Spool spool = Spool.open(config.spool(), config.time(), lane, listener::refused);
        try {
            return new ClientParts(config, listener, opener, companions, lane, spool);
        } catch (RuntimeException e) {
            spool.close(); // Its folder is free again.
            lane.close(GOODBYE);
            throw e;
        }
    }

    static LinkOpener hiveMq(ClientConfig config) {
        LinkOptions options = new LinkOptions(
                Endpoint.of(config.server()),
                config.clientId(),
                config.login(),
                config.tls(),
                config.keepAlive(),
                config.sessionExpiry(),
                config.credit(),
                config.connectTimeout(),
                config.will());
        return new HiveMqOpener(options, config.time());
    }

    private void later(long millis, Runnable what) {
        var unused = conductor.schedule(what, millis, TimeUnit.MILLISECONDS);
    }

    private void arrived(Message message, long sequence, Settling settling) {
        received.incrementAndGet();
        subscriptions.arrived(message, sequence, settling);
    }

    /** @return done with the first connection, on the lane as all that the application waits for */
    CompletionStage<Void> connect() {
        CompletableFuture<Void> told = new CompletableFuture<>();
        connector
                .connect()
                .whenComplete((connected, failure) -> lane.execute(() -> {
                    if (failure == null) {
                        told.complete(null);
                    } else {
                        told.completeExceptionally(failure);
                    }
                }));
        return told.minimalCompletionStage();
    }

    /** @throws IllegalStateException on the thread that completes stages: it would wait for itself */
    void checkMayWait() {
        if (lane.isCurrent()) {
            throw new IllegalStateException(
                    "a callback of this client waits for this client; use the stages, or thenApplyAsync and its like");
        }
    }

    ClientStatus status() {
        Long refusedForNow = spool.refusedForNowSinceMillis();
        return new ClientStatus(
                connector.state(),
                spool.pendingMessages(),
                spool.pendingBytes(),
                spool.refusedCount(),
                spool.heldUp(),
                refusedForNow == null ? null : Instant.ofEpochMilli(refusedForNow),
                spool.acknowledgedCount(),
                spool.expiredCount(),
                received.get(),
                connector.reconnects(),
                spool.gapCount());
    }

    private static boolean isBefore(long deadline) {
        return System.nanoTime() - deadline < 0 && !Thread.currentThread().isInterrupted();
    }

    /** @param publishWill as if the connection had been lost */
    void close(boolean publishWill) {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        boolean interrupted = Thread.interrupted(); // Files are closed here, which would not survive it.
        try {
            end(
                    publishWill,
                    System.nanoTime() + (interrupted ? 0 : config.closeTimeout().toNanos()));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void end(boolean publishWill, long deadline) {
        subscriptions.remember();
        subscriptions.hold(requests.replies());
        while (connector.state() instanceof Online && subscriptions.isHandling() && isBefore(deadline)) {
            LockSupport.parkNanos(CLOSE_LOOK_NANOS);
        }
        spool.refuseMore();
        while (connector.state() instanceof Online && spool.awaitLess(deadline)) {
            // Looks again at the connection.
        }
        requests.close();
        CompletableFuture<Void> goodbye = connector
                .close(new Goodbye(config.transientSession(), publishWill))
                .toCompletableFuture();
        try {
            goodbye.orTimeout(GOODBYE.toMillis(), TimeUnit.MILLISECONDS).join();
        } catch (RuntimeException e) {
            LOGGER.debug("the server did not hear the goodbye", e);
        }
        subscriptions.close();
        spool.close();
        past.close();
        conductor.shutdown();
        listeners.shutdown();
        lane.close(GOODBYE);
    }
}
