package io.signalbox.transports.remote;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Admission;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Capabilities.Feature;
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
import io.signalbox.transport.provider.WhenAbsent;
import io.signalbox.transports.connection.Backoff;
import io.signalbox.transports.connection.Breaker;
import io.signalbox.transports.connection.Connector;
import io.signalbox.transports.connection.PublishBound;
import io.signalbox.transports.connection.ResponseTimes;
import io.signalbox.transports.connection.Supervisor;
import io.signalbox.transports.delivery.DeliveryCounters;
import io.signalbox.transports.remote.wire.ConnectRequest;
import io.signalbox.transports.remote.wire.WireLink;
import io.signalbox.transports.remote.wire.Wires;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages over another Signalbox server. What is published in nobody's name has a connection of its own; each session has
 * one, under its name.
 */
public final class RemoteTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteTransport.class);
    private static final String NAME = "remote";
    private static final long TICK_MILLIS = 20;
    private static final long CLOSE_MILLIS = 5_000;
    private static final int PUBLISHES_MAX = 1 << 16;
    private static final long PUBLISH_BYTES_MAX = 256L << 20;

    private final RemoteConfig config;
    private final TimeSource time;
    private final Backoff backoff;
    private final Capabilities capabilities;
    private final Admission admission;
    private final DeliveryCounters counters = new DeliveryCounters();
    private final ResponseTimes responseTimes = new ResponseTimes();
    private final PublishBound bound = new PublishBound(PUBLISHES_MAX, PUBLISH_BYTES_MAX);
    private final ReceiptWatch watch;
    private final Breaker breaker;
    private final Wires wires;
    private final Outbox outbox;
    private final Supervisor<WireLink> line;
    private final Sessions sessions;
    private final History history;
    private final String ownKeys = Wires.OWN_KEY + UUID.randomUUID() + ":";
    private final AtomicLong ownKey = new AtomicLong();
    private volatile boolean closed;

    private RemoteTransport(RemoteConfig config, TimeSource time, Backoff backoff) {
        this.config = config;
        this.time = time;
        this.backoff = backoff;
        capabilities = capabilities(config);
        admission = new Admission(NAME, capabilities);
        watch = new ReceiptWatch(config.durability(), responseTimes);
        breaker = new Breaker(NAME, time);
        wires = new Wires(time, responseTimes);
        outbox = newOutbox();
        sessions = new Sessions(this);
        history = new History(config, capabilities);
        ConnectRequest request = new ConnectRequest(config.options(config.clientId(), Duration.ZERO, 1), true, null);
        line = supervise("remote-publish", new PublishLine(wires, request, outbox));
    }

    static Capabilities capabilities(RemoteConfig config) {
        Set<Feature> features = EnumSet.of(
                Feature.SUBSCRIBE,
                Feature.DURABLE_SESSIONS,
                Feature.WILDCARDS,
                Feature.SHARE_GROUPS,
                Feature.ORDERED,
                Feature.RETAINED,
                Feature.EXPIRY,
                Feature.PRIORITY,
                Feature.DELAYED_REDELIVERY,
                Feature.DEAD_LETTERS,
                Feature.DEDUPLICATION,
                Feature.REQUEST_REPLY);
        if (config.api() != null) {
            features.add(Feature.REPLAY);
        }
        return new Capabilities(features, config.durability(), config.payloadBytesMax());
    }

    /**
     * Blocks until the first try to connect has ended, one way or the other.
     *
     * @throws SignalboxException BUSY if the server cannot be reached, and that is to fail
     */
    public static RemoteTransport open(RemoteConfig config, TimeSource time) {
        return open(config, time, Backoff.DEFAULT);
    }

    /** @param backoff another than the default only in tests, which would wait for nothing but its pauses */
    static RemoteTransport open(RemoteConfig config, TimeSource time, Backoff backoff) {
        RemoteTransport transport = new RemoteTransport(config, time, backoff);
        CompletionStage<Void> first = transport.line.start().firstTry();
        var unused = transport
                .wires
                .loop()
                .scheduleWithFixedDelay(transport::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        try {
            first.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (config.absent() == WhenAbsent.FAIL) {
                transport.close();
                throw new SignalboxException(
                        ReasonCode.BUSY,
                        "the Signalbox at " + config.place() + " cannot be used: "
                                + (e.getCause() == null ? e : e.getCause().getMessage()),
                        e);
            }
        }
        return transport;
    }

    private void tick() {
        try {
            outbox.tick();
            sessions.tick();
        } catch (RuntimeException e) {
            LOG.error("timeouts", e); // thrown on, it would be the last tick
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public Health health() {
        if (closed) {
            return new Health(Health.Status.DOWN, "the transport is closed");
        }
        Health health = line.health();
        WireLink link = line.connection();
        if (health.status() != Health.Status.UP || link == null) {
            return health;
        }
        Set<Feature> missing = EnumSet.copyOf(capabilities.features());
        missing.removeAll(link.granted().features());
        String less = missing.isEmpty() ? watch.less() : "the server at " + config.place() + " has no " + missing;
        return less == null ? health : new Health(Health.Status.DEGRADED, less);
    }

    @Override
    public Guarantees guarantees() {
        return RemoteGuarantees.of(config);
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        Refusal refusal = refuse(message, 0);
        if (refusal != null) {
            callback.refused(context, refusal);
        } else {
            outbox.submit(pending(message, callback, context, sessions.leaving()));
        }
    }

    /** Null for a message that may be published. */
    @Nullable
    Refusal refuse(Message message, int tag) {
        Refusal refusal = closed ? closed() : admission.refuse(message, tag);
        return refusal == null ? WireLink.refuse(message) : refusal;
    }

    Pending pending(Message message, PublishCallback callback, long context, @Nullable CompletableFuture<?> after) {
        long now = time.millis();
        Message stamped = message.ttlMillis() > 0 && message.timestampMillis() == 0
                ? message.toBuilder().timestampMillis(now).build()
                : message;
        boolean known = message.properties().idempotencyKey() != null
                || message.properties().id() != null;
        return new Pending(stamped, known ? null : ownKeys + ownKey.incrementAndGet(), callback, context, now, after);
    }

    private static Refusal closed() {
        return new Refusal(ReasonCode.CLOSED, "this transport is closed");
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        Refusal refusal = closed ? closed() : admission.refuse(options);
        return refusal != null
                ? CompletableFuture.failedFuture(refusal.toException())
                : sessions.open(options, lane, subscriber);
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        return closed ? CompletableFuture.failedFuture(closed().toException()) : history.read(request, visitor);
    }

    /** What became of deliveries so far. */
    public DeliveryCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        sessions.close();
        outbox.close(CLOSE_MILLIS);
        line.close();
        history.close();
        wires.close();
    }

    Outbox newOutbox() {
        return new Outbox(time, config.waits(), bound, watch);
    }

    Supervisor<WireLink> supervise(String lineName, Connector<WireLink> connector) {
        return new Supervisor<>(lineName, connector, backoff, breaker, responseTimes);
    }

    RemoteConfig config() {
        return config;
    }

    TimeSource time() {
        return time;
    }

    Wires wires() {
        return wires;
    }

    Admission admission() {
        return admission;
    }

    Sessions sessions() {
        return sessions;
    }
}
