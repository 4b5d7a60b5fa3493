package io.signalbox.client;

import io.signalbox.client.connection.ConnectionState.Online;
import io.signalbox.client.connection.Connector;
import io.signalbox.client.connection.Endpoint;
import io.signalbox.client.connection.HiveMqOpener;
import io.signalbox.client.connection.LinkEvents.Settling;
import io.signalbox.client.connection.LinkOpener;
import io.signalbox.client.connection.LinkOptions;
import io.signalbox.client.http.ApiPlace;
import io.signalbox.client.http.Past;
import io.signalbox.client.request.Requests;
import io.signalbox.client.request.Responders;
import io.signalbox.client.spool.Spool;
import io.signalbox.client.spool.Unspooled;
import io.signalbox.client.subscribe.Subscriptions;
import io.signalbox.client.subscribe.Typed;
import io.signalbox.message.Message;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's parts, wired. Threads: the conductor owns the connection's state; the lane tells the application, in order;
 * listeners run on virtual threads of their own.
 */
final class ClientParts {
    private static final Logger LOGGER = LoggerFactory.getLogger(ClientParts.class);
    private static final long SWEEP_MILLIS = 5_000;
    private static final long GOODBYE_MILLIS = 5_000;

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
    private final ExecutorService lane;
    private final ExecutorService listeners;
    private final AtomicLong received = new AtomicLong();
    private boolean closed;

    private ClientParts(ClientConfig config, ClientListener listener, LinkOpener opener) throws IOException {
        this.config = config;
        accepted = config.codecs().contentTypes();
        // Whatever is told after the end is told to nobody.
        lane = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("signalbox-client-lane").factory(),
                new ThreadPoolExecutor.DiscardPolicy());
        spool = Spool.open(config.spool(), config.time(), this::tell, listener::refused);
        conductor = new ScheduledThreadPoolExecutor(
                1,
                Thread.ofPlatform().daemon().name("signalbox-client").factory(),
                new ThreadPoolExecutor.DiscardPolicy());
        conductor.setRemoveOnCancelPolicy(true);
        listeners = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("signalbox-client-listener").factory());
        unspooled = new Unspooled(config.time(), this::tell);
        subscriptions = new Subscriptions(config.time(), listeners, config.credit());
        typed = new Typed(subscriptions, config.codecs());
        requests = new Requests(config.clientId(), config.requestsMax(), typed, config.time(), conductor, this::tell);
        responders = new Responders(typed, config.codecs(), unspooled::publish);
        past = new Past(new ApiPlace(config.api(), config.login(), config.tls(), config.connectTimeout()), listeners);
        connector = new Connector(
                opener,
                config.backoff(),
                conductor,
                new SplittableRandom(new SecureRandom().nextLong()),
                config.time(),
                List.of(subscriptions, unspooled, requests, spool.drain()),
                this::arrived,
                state -> tell(() -> listener.connectionChanged(state)));
        var unused = conductor.scheduleWithFixedDelay(
                subscriptions::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    static ClientParts open(ClientConfig config, ClientListener listener, LinkOpener opener) throws IOException {
        return new ClientParts(config, listener, opener);
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

    private void arrived(Message message, Settling settling) {
        received.incrementAndGet();
        subscriptions.arrived(message, settling);
    }

    /** An application that throws must not end the thread that others wait for. */
    private void tell(Runnable what) {
        lane.execute(() -> {
            try {
                what.run();
            } catch (RuntimeException e) {
                LOGGER.error("the application threw when it was told something", e);
            }
        });
    }

    ClientStatus status() {
        return new ClientStatus(
                connector.state(),
                spool.pendingMessages(),
                spool.pendingBytes(),
                spool.refusedCount(),
                spool.heldUp(),
                spool.acknowledgedCount(),
                spool.expiredCount(),
                received.get(),
                connector.reconnects(),
                spool.gapCount());
    }

    void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        spool.refuseMore();
        long deadline = System.nanoTime() + config.closeTimeout().toNanos();
        while (connector.state() instanceof Online && spool.awaitLess(deadline)) {
            // Looks again at the connection.
        }
        requests.close();
        CompletableFuture<Void> goodbye =
                connector.close(config.transientSession()).toCompletableFuture();
        try {
            goodbye.orTimeout(GOODBYE_MILLIS, TimeUnit.MILLISECONDS).join();
        } catch (RuntimeException e) {
            LOGGER.debug("the server did not hear the goodbye", e);
        }
        subscriptions.close();
        spool.close();
        past.close();
        conductor.shutdownNow();
        listeners.shutdown();
        lane.shutdown();
        awaitEnd(lane);
    }

    private static void awaitEnd(ExecutorService executor) {
        try {
            if (!executor.awaitTermination(GOODBYE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOGGER.warn("the application is still busy with what it was told last");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
