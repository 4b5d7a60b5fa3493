package io.signalbox.transports.kafka;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Admission;
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
import io.signalbox.transports.connection.Backoff;
import io.signalbox.transports.connection.Breaker;
import io.signalbox.transports.connection.ResponseTimes;
import io.signalbox.transports.connection.Supervisor;
import io.signalbox.transports.delivery.DeliveryCounters;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages as records of a Kafka cluster. Any number of nodes may share a prefix: a session is at one of them, a share
 * group's members are at any.
 */
public final class KafkaTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaTransport.class);
    private static final String NAME = "kafka";
    private static final long TICK_MILLIS = 20;
    private static final long REAP_MILLIS = 500;
    private static final long OVERDUE_MILLIS = 100;
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), 2, Duration.ofSeconds(10));

    private final KafkaConfig config;
    private final TimeSource time;
    private final Pace pace;
    private final Names names;
    private final Clients clients;
    private final Cluster cluster;
    private final RecordMapping mapping;
    private final @Nullable ClusterFacts facts;
    private final Capabilities capabilities;
    private final Admission admission;
    private final DeliveryCounters counters = new DeliveryCounters();
    private final String node = UUID.randomUUID().toString();
    /** For what this transport itself has to say. It is never replaced, as that of the publisher is. */
    private final Producer<byte[], byte[]> producer;

    private final Introduction own;
    private final Publisher publisher;
    private final DeadLetters deadLetters;
    private final Beginnings beginnings;
    private final History history;
    private final Beats beats;
    private final Registry registry;
    private final SessionsLog sessionsLog;
    private final ShareGroups shareGroups;
    private final Sessions sessions;
    private final Breaker breaker;
    private final Supervisor<Thread> supervisor;
    private final Ticker ticker = new Ticker();
    private final AtomicBoolean closed = new AtomicBoolean();

    private KafkaTransport(
            KafkaConfig config,
            TimeSource time,
            Pace pace,
            Clients clients,
            Cluster cluster,
            Layout layout,
            @Nullable ClusterFacts facts) {
        this.config = config;
        this.time = time;
        this.pace = pace;
        names = new Names(config.prefix());
        this.clients = clients;
        this.cluster = cluster;
        mapping = new RecordMapping(layout);
        this.facts = facts;
        capabilities = KafkaGuarantees.capabilities(config, facts);
        admission = new Admission(NAME, capabilities);
        own = new Introduction(clients, "records", List.of(names.sessions(), names.deadLetters()));
        producer = own.make();
        TopicPartition log = new TopicPartition(names.sessions(), 0);
        beats = new Beats(log, node, producer, pace);
        registry = new Registry(log, node, producer);
        publisher = new Publisher(
                new Introduction(clients, "publish", Layout.kafkaTopics(config)),
                mapping,
                config.publish(),
                time,
                registry::anybody,
                capabilities.durability());
        deadLetters = new DeadLetters(names.deadLetters(), producer, mapping, ticker.executor());
        beginnings = new Beginnings(clients, cluster, mapping, config.answerWait());
        history = new History(cluster, mapping, beginnings);
        shareGroups = new ShareGroups(this);
        sessions = new Sessions(this, registry, beats);
        sessionsLog = new SessionsLog(log, clients, registry, beats, sessions);
        breaker = new Breaker(NAME, time);
        ResponseTimes responseTimes = new ResponseTimes();
        supervisor = new Supervisor<>(NAME, new Heartbeat(cluster, responseTimes), BACKOFF, breaker, responseTimes);
    }

    /**
     * Makes the Kafka topics that are not there. Blocks until the cluster is there and its sessions are known.
     *
     * @throws SignalboxException BUSY if the cluster is absent for longer than {@link KafkaConfig#absentWait()}
     * @throws IllegalArgumentException if a Kafka topic that is there cannot be used, saying why
     */
    public static KafkaTransport open(KafkaConfig config, TimeSource time) {
        return open(config, time, Pace.DEFAULT);
    }

    static KafkaTransport open(KafkaConfig config, TimeSource time, Pace pace) {
        Clients clients = new Clients(config);
        Cluster cluster = new Cluster(clients.admin(), config.answerWait());
        Preparation preparation = new Preparation(config, new Names(config.prefix()), clients, cluster);
        KafkaTransport transport;
        try {
            Layout layout = preparation.layout();
            transport = new KafkaTransport(
                    config, time, pace, clients, cluster, layout, new FactFinder(config, cluster).ask());
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
        try {
            transport.start();
            return transport;
        } catch (RuntimeException e) {
            transport.halt();
            throw e;
        }
    }

    private void start() {
        own.await(producer, config.answerWait());
        publisher.start(config.answerWait());
        sessionsLog.start(config.answerWait());
        supervisor.start();
        CompletableFuture<Void> first = supervisor.firstTry().toCompletableFuture();
        boolean ended = first.handle((done, failure) -> true).join();
        LOG.debug("the first heartbeat has ended: {}", ended);
        ticker.every(TICK_MILLIS, sessions::tick);
        ticker.every(REAP_MILLIS, sessions.reaper()::reap);
        ticker.every(pace.beatEvery().toMillis(), beats::beat);
        ticker.every(OVERDUE_MILLIS, publisher::tick);
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
        Health open = publisher.health(supervisor.health(), System.nanoTime());
        return closed.get() ? new Health(Health.Status.DOWN, "the transport is closed") : open;
    }

    @Override
    public Guarantees guarantees() {
        return KafkaGuarantees.of(config, facts);
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        publish(message, null, 0, callback, context);
    }

    void publish(Message message, @Nullable String session, int tag, PublishCallback callback, long context) {
        Refusal refusal = closed.get() ? closedRefusal() : admission.refuse(message, tag);
        if (refusal == null && supervisor.connection() == null && breaker.isOpen()) {
            refusal = new Refusal(
                    ReasonCode.BUSY,
                    "the cluster is away: " + supervisor.health().detail());
        }
        if (refusal != null) {
            callback.refused(context, refusal);
            return;
        }
        Message stamped = message.ttlMillis() > 0 && message.timestampMillis() == 0
                ? message.toBuilder().timestampMillis(time.millis()).build()
                : message;
        publisher.publish(stamped, session, callback, context);
    }

    private static Refusal closedRefusal() {
        return new Refusal(ReasonCode.CLOSED, "this transport is closed");
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        Refusal refusal = closed.get() ? closedRefusal() : admission.refuse(options);
        return refusal != null
                ? CompletableFuture.failedFuture(refusal.toException())
                : sessions.open(options, lane, subscriber);
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        return closed.get()
                ? CompletableFuture.failedFuture(closedRefusal().toException())
                : history.read(request, visitor);
    }

    /**
     * The oldest dead letters, which stay where they are. Blocks.
     *
     * @throws SignalboxException BUSY if the cluster cannot be reached
     */
    public List<Message> deadLetters(int max) {
        return deadLetters.look(clients, cluster, max, config.answerWait());
    }

    /** What became of deliveries so far. */
    public DeliveryCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        publisher.closing();
        history.close();
        if (supervisor.connection() != null) {
            publisher.flush();
            producer.flush(); // dead letters: what is safe there need not come again
        }
        sessions.close();
        beats.goodbye();
        sessionsLog.close();
        ticker.close();
        Duration wait = supervisor.connection() == null
                ? Duration.ZERO
                : config.publish().hold();
        producer.close(wait);
        publisher.close(wait);
        supervisor.close();
        cluster.close();
    }

    /** Ends as a crash of the process would: nobody is told, nothing is written. For tests. */
    void halt() {
        closed.set(true);
        ticker.close();
        publisher.closing();
        sessions.halt();
        producer.close(Duration.ZERO);
        publisher.close(Duration.ZERO);
        sessionsLog.close();
        supervisor.close();
        cluster.close();
    }

    boolean isClosed() {
        return closed.get();
    }

    String node() {
        return node;
    }

    KafkaConfig config() {
        return config;
    }

    TimeSource time() {
        return time;
    }

    /** By which sessions expire: no node's own. */
    TimeSource clusterTime() {
        return beats.time();
    }

    /** Waits until what other nodes had said of sessions when this was called is known here. */
    void catchUp() {
        TopicPartition log = sessionsLog.partition();
        sessionsLog.catchUp(cluster.ends(List.of(log)).getOrDefault(log, 0L), config.answerWait());
    }

    Names names() {
        return names;
    }

    Clients clients() {
        return clients;
    }

    Cluster cluster() {
        return cluster;
    }

    RecordMapping mapping() {
        return mapping;
    }

    Layout layout() {
        return mapping.layout();
    }

    Admission admission() {
        return admission;
    }

    DeadLetters deadLetters() {
        return deadLetters;
    }

    Beginnings beginnings() {
        return beginnings;
    }

    Registry registry() {
        return registry;
    }

    ShareGroups shareGroups() {
        return shareGroups;
    }

    Sessions sessions() {
        return sessions;
    }
}
