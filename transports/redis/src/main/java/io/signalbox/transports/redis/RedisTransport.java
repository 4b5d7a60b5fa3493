package io.signalbox.transports.redis;

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
import io.signalbox.transports.connection.Supervisor;
import io.signalbox.transports.delivery.DeliveryCounters;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Messages over a Redis server, 7.0 or newer. Any number of nodes may share a database: a session is at one of them, a
 * share group's members are at any. What an answered publish has reached depends on how the server is set up; {@link
 * #guarantees()} says it.
 */
public final class RedisTransport implements Transport {
    private static final String NAME = "redis";
    private static final long TICK_MILLIS = 20;
    private static final Refusal CLOSED = new Refusal(ReasonCode.CLOSED, "this transport is closed");
    private static final Feature[] FEATURES = {
        Feature.SUBSCRIBE,
        Feature.DURABLE_SESSIONS,
        Feature.WILDCARDS,
        Feature.SHARE_GROUPS,
        Feature.ORDERED,
        Feature.RETAINED,
        Feature.REPLAY,
        Feature.EXPIRY,
        Feature.DELAYED_REDELIVERY,
        Feature.DEAD_LETTERS,
        Feature.REFUSAL_WHEN_FULL,
        Feature.DEDUPLICATION,
        Feature.REQUEST_REPLY
    };

    private final RedisConfig config;
    private final ServerClock time;
    private final Keys keys;
    private final Admission admission;
    private final DeliveryCounters counters = new DeliveryCounters();
    private final Links links = new Links();
    private final LinkConnector connector;
    private final Supervisor<Link> supervisor;
    private final Publisher publisher;
    private final Worker worker;
    private final Sessions sessions;
    private final Intake intake;
    private final Dropped dropped = new Dropped();
    private final Tending tending;
    private final History history;
    private final DeadLetters deadLetters;
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("redis-ticker").factory());
    private volatile @Nullable Durability promised;
    private boolean closed;

    private RedisTransport(RedisConfig config, ServerClock time) {
        this.config = config;
        this.time = time;
        keys = Keys.of(config);
        admission = new Admission(NAME, Capabilities.of(Durability.REPLICATED, config.payloadBytesMax(), FEATURES));
        String node = UUID.randomUUID().toString();
        Breaker breaker = new Breaker(NAME, time);
        ResponseTimes responseTimes = new ResponseTimes();
        sessions = new Sessions(this, node);
        connector = new LinkConnector(config, keys, node, new News(sessions), time, this::linked);
        supervisor = new Supervisor<>(NAME, connector, Backoff.DEFAULT, breaker, responseTimes);
        publisher = new Publisher(links, keys, config, node, time, breaker, responseTimes);
        intake = new Intake(this);
        tending = new Tending(this, sessions, intake, dropped, node);
        worker = new Worker(
                links, config.openWait(), this::poll, config.delivery().pollInterval());
        history = new History(new Past(this));
        deadLetters = new DeadLetters(this);
    }

    /**
     * Blocks until the first try to connect has ended, one way or the other.
     *
     * @param time of this node, between connections; what is kept on the server is dated by the server's clock
     * @throws SignalboxException BUSY if the server cannot be reached, and that is to fail
     */
    public static RedisTransport open(RedisConfig config, TimeSource time) {
        return open(config, ServerClock.following(time));
    }

    static RedisTransport open(RedisConfig config, ServerClock time) {
        RedisTransport transport = new RedisTransport(config, time);
        transport.start();
        try {
            transport.supervisor.firstTry().toCompletableFuture().join();
        } catch (CompletionException e) {
            if (config.whenAbsent() == WhenAbsent.FAIL) {
                transport.close();
                throw new SignalboxException(
                        ReasonCode.BUSY, "Redis at " + config.address() + " cannot be reached: " + e.getCause(), e);
            }
        }
        return transport;
    }

    private void start() {
        supervisor.start();
        worker.start();
        publisher.start();
        ticker.scheduleWithFixedDelay(sessions::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void linked(@Nullable Link link) {
        links.set(link);
        if (link != null) {
            if (promised == null) {
                promised = level();
            }
            sessions.reconnected();
        }
    }

    private void poll() {
        tending.poll();
    }

    private Durability level() {
        ServerFacts facts = links.facts();
        return facts == null
                ? Durability.ROUTED
                : facts.durability(config.publish().replicas());
    }

    @Override
    public String name() {
        return NAME;
    }

    /** The level is that of the server that was last connected to. */
    @Override
    public Capabilities capabilities() {
        return Capabilities.of(level(), config.payloadBytesMax(), FEATURES);
    }

    /** DEGRADED also when the server that came back promises less than the one before. */
    @Override
    public Health health() {
        if (isClosed()) {
            return new Health(Health.Status.DOWN, "the transport is closed");
        }
        Health health = supervisor.health();
        Durability before = promised;
        Durability now = level();
        return health.status() == Health.Status.UP && before != null && !now.atLeast(before)
                ? new Health(Health.Status.DEGRADED, "an answer of the server means " + now + ", and meant " + before)
                : health;
    }

    @Override
    public Guarantees guarantees() {
        return RedisGuarantees.of(config, links.facts());
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        publish(message, null, 0, callback, context);
    }

    void publish(Message message, @Nullable String session, int tag, PublishCallback callback, long context) {
        Refusal refusal = admission.refuse(message, tag);
        if (refusal == null) {
            Message stamped = stamped(message);
            refusal = submit(new Outgoing(
                    stamped,
                    session,
                    Outgoing.keyOf(stamped),
                    EntryFields.of(stamped, session),
                    "",
                    System.nanoTime(),
                    callback,
                    context));
        }
        if (refusal != null) {
            callback.refused(context, refusal);
        }
    }

    /** It was admitted already. A dead letter that is published again takes its deaths along, and is no duplicate. */
    Outgoing outgoingOfIntake(EntryFields.Content content, String intakeId, PublishCallback callback, long context) {
        Message stamped = stamped(content.message);
        List<byte[]> fields = EntryFields.of(stamped, content.publisher);
        String key = Outgoing.keyOf(stamped);
        if (content.deaths != null) {
            EntryFields.add(fields, EntryFields.DEATHS, content.deaths);
            key = "";
        }
        return new Outgoing(stamped, content.publisher, key, fields, intakeId, System.nanoTime(), callback, context);
    }

    /** Together, as a batch of their own. */
    void publishOfIntake(List<Outgoing> page) {
        Refusal refusal;
        synchronized (this) {
            refusal = closed ? CLOSED : publisher.submitOfIntake(page);
        }
        if (refusal != null) {
            page.forEach(out -> out.callback().refused(out.context(), refusal));
        }
    }

    /** A life time begins now, if nobody has said when. */
    private Message stamped(Message message) {
        return message.ttlMillis() > 0 && message.timestampMillis() == 0
                ? message.toBuilder().timestampMillis(time.millis()).build()
                : message;
    }

    private @Nullable Refusal submit(Outgoing out) {
        if (out.fields().size() > EntryFields.VALUES_MAX) {
            return new Refusal(ReasonCode.QUOTA_EXCEEDED, EntryFields.tooMany(out.fields()));
        }
        synchronized (this) {
            return closed ? CLOSED : publisher.submit(out);
        }
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        Refusal refusal = isClosed() ? CLOSED : admission.refuse(options);
        return refusal != null
                ? CompletableFuture.failedFuture(refusal.toException())
                : sessions.open(options, lane, subscriber);
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        return isClosed() ? CompletableFuture.failedFuture(CLOSED.toException()) : history.read(request, visitor);
    }

    /**
     * The oldest dead letters, which stay where they are. Blocks.
     *
     * @throws SignalboxException BUSY if the server cannot be reached
     */
    public List<DeadLetter> deadLetters(int max) {
        return deadLetters.list(max);
    }

    /** What other clients have published, and what was lost to bounds at the server. */
    public ServerCounts serverCounts() {
        return new ServerCounts(
                intake.published(), intake.refused(), intake.buried(), dropped.letters(), dropped.foreign());
    }

    /** What became of deliveries so far. */
    public DeliveryCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        if (end()) {
            publisher.close();
            sessions.close(true);
            worker.close();
            release();
        }
    }

    /** Ends as a crash of the process would: nothing is told, nothing is given back. For tests. */
    void halt() {
        if (end()) {
            sessions.close(false);
            publisher.halt();
            worker.halt();
            release();
        }
    }

    private void release() {
        ticker.shutdownNow();
        supervisor.close();
        connector.close();
    }

    /** @return false if it was closed before */
    private synchronized boolean end() {
        boolean was = closed;
        closed = true;
        return !was;
    }

    RedisConfig config() {
        return config;
    }

    ServerClock time() {
        return time;
    }

    Keys keys() {
        return keys;
    }

    Admission admission() {
        return admission;
    }

    Worker worker() {
        return worker;
    }

    /** Null: there is none at the moment. */
    @Nullable
    Link link() {
        return links.now();
    }
}
