package io.signalbox.transports.rabbitmq;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Admission;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Durability;
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
import io.signalbox.transports.connection.ResponseTimes;
import io.signalbox.transports.delivery.DeliveryCounters;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages over a RabbitMQ server or cluster. Publishing has a connection of its own, so that a server that holds
 * publishers back does not hold up acknowledgements; sessions share others, a thousand each.
 */
public final class RabbitMqTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(RabbitMqTransport.class);
    private static final String NAME = "rabbitmq";
    private static final long TICK_MILLIS = 20;

    private final RabbitMqConfig config;
    private final TimeSource time;
    private final Names names;
    private final Topology topology;
    private final MessageMapping mapping;
    private final Capabilities capabilities;
    private final Admission admission;
    private final DeliveryCounters counters = new DeliveryCounters();
    private final ResponseTimes responseTimes = new ResponseTimes();
    private final Breaker breaker;
    private final Connections connections;
    private final Publishing publishing;
    private final List<ConsumeLines> consuming = new ArrayList<>();
    private final Sessions sessions;
    private final Takeovers takeovers;
    private final DeadLetters deadLetters;
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("rabbitmq-ticker").factory());
    private final long instance = new SecureRandom().nextLong();
    private volatile boolean closed;

    private RabbitMqTransport(RabbitMqConfig config, TimeSource time, Backoff backoff) {
        this.config = config;
        this.time = time;
        boolean quorum = config.queues() == RabbitMqConfig.Queues.QUORUM;
        names = new Names(config.prefix());
        topology = new Topology(config, names);
        mapping = new MessageMapping(!quorum);
        capabilities = new Capabilities(
                features(quorum), quorum ? Durability.SYNCED : Durability.BUFFERED, config.payloadBytesMax());
        admission = new Admission(NAME, capabilities);
        breaker = new Breaker(NAME, time);
        connections = new Connections(config, NAME + "-" + config.prefix(), backoff);
        publishing = new Publishing(
                topology, mapping, connections, breaker, responseTimes, capabilities.durability(), instance, time);
        takeovers = new Takeovers(names, instance, session -> sessions().takenOver(session));
        deadLetters = new DeadLetters(this, names);
        sessions = new Sessions(this, this::lines);
    }

    static EnumSet<Feature> features(boolean quorum) {
        EnumSet<Feature> features = EnumSet.of(
                Feature.SUBSCRIBE,
                Feature.DURABLE_SESSIONS,
                Feature.WILDCARDS,
                Feature.SHARE_GROUPS,
                Feature.ORDERED,
                Feature.EXPIRY,
                Feature.DELAYED_REDELIVERY,
                Feature.DEAD_LETTERS,
                Feature.REQUEST_REPLY);
        if (!quorum) {
            features.add(Feature.PRIORITY);
        }
        return features;
    }

    /**
     * Blocks until the first try to connect has ended, one way or the other.
     *
     * @throws SignalboxException BUSY if the server cannot be reached, and that is to fail
     */
    public static RabbitMqTransport open(RabbitMqConfig config, TimeSource time) {
        return open(config, time, Backoff.DEFAULT);
    }

    /** @param backoff another than the default only in tests, which would wait for nothing but its pauses */
    static RabbitMqTransport open(RabbitMqConfig config, TimeSource time, Backoff backoff) {
        RabbitMqTransport transport = new RabbitMqTransport(config, time, backoff);
        CompletionStage<Void> first = transport.start();
        try {
            first.toCompletableFuture().join();
            transport.lines().supervisor().firstTry().toCompletableFuture().join();
        } catch (CompletionException e) {
            if (config.whenAbsent() == WhenAbsent.FAIL) {
                transport.close();
                throw new SignalboxException(
                        ReasonCode.BUSY,
                        "RabbitMQ at " + config.uri().getHost() + ":"
                                + config.uri().getPort() + " cannot be reached: " + e.getCause(),
                        e);
            }
        }
        return transport;
    }

    private CompletionStage<Void> start() {
        CompletionStage<Void> first = publishing.start();
        lines();
        ticker.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        return first;
    }

    private void tick() {
        try {
            sessions.tick();
        } catch (RuntimeException e) {
            LOG.error("timeouts and expiries", e); // thrown on, it would be the last tick
        }
    }

    private ConsumeLines lines() {
        synchronized (consuming) {
            for (ConsumeLines lines : consuming) {
                if (lines.link().sessions.size() < ConsumeLink.SESSIONS_MAX) {
                    return lines;
                }
            }
            ConsumeLines more = ConsumeLines.start(
                    NAME + "-consume-" + (consuming.size() + 1),
                    new ConsumeLink(connections, topology, takeovers),
                    connections.backoff(),
                    breaker,
                    responseTimes);
            consuming.add(more);
            return more;
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
        Health worst = publishing.health();
        synchronized (consuming) {
            for (ConsumeLines lines : consuming) {
                Health one = lines.supervisor().health();
                worst = one.status().compareTo(worst.status()) > 0 ? one : worst;
            }
        }
        return worst;
    }

    @Override
    public Guarantees guarantees() {
        return RabbitMqGuarantees.of(config);
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        publish(message, null, 0, callback, context);
    }

    void publish(Message message, @Nullable String session, int tag, PublishCallback callback, long context) {
        Refusal refusal = closed ? closed() : admission.refuse(message, tag);
        if (refusal != null) {
            callback.refused(context, refusal);
        } else {
            publishing.publish(message, session, callback, context);
        }
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
        Refusal refusal = closed
                ? closed()
                : new Refusal(ReasonCode.NOT_SUPPORTED, "the transport " + NAME + " has no " + Feature.REPLAY);
        return CompletableFuture.failedFuture(refusal.toException());
    }

    /**
     * The oldest dead letters, which stay where they are. Blocks.
     *
     * @throws SignalboxException BUSY if the server cannot be reached
     */
    public List<Message> deadLetters(int max) {
        ConsumeLink.Line line = lines().await(config.openWait());
        try {
            return deadLetters.look(line.connection(), mapping, max);
        } catch (IOException | TimeoutException e) {
            throw new SignalboxException(ReasonCode.BUSY, "the dead letters cannot be read: " + e, e);
        }
    }

    /** What became of deliveries so far. */
    public DeliveryCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        synchronized (consuming) {
            if (closed) {
                return;
            }
            closed = true;
        }
        ticker.shutdownNow();
        sessions.close();
        publishing.close();
        synchronized (consuming) {
            consuming.forEach(lines -> lines.supervisor().close());
        }
        connections.close();
    }

    /** Completes when the queue of dead letters is there again. */
    CompletionStage<Boolean> declareDeadLetters() {
        return sessions.inOrder(names.deadLetters(), () -> {
            topology.declareDeadLetters(lines().await(config.openWait()).connection());
            return true;
        });
    }

    boolean isClosed() {
        return closed;
    }

    RabbitMqConfig config() {
        return config;
    }

    TimeSource time() {
        return time;
    }

    Names names() {
        return names;
    }

    Topology topology() {
        return topology;
    }

    MessageMapping mapping() {
        return mapping;
    }

    Admission admission() {
        return admission;
    }

    Sessions sessions() {
        return sessions;
    }

    Takeovers takeovers() {
        return takeovers;
    }

    Publishing publishing() {
        return publishing;
    }

    DeadLetters deadLetters() {
        return deadLetters;
    }
}
