package io.signalbox.broker.embedded;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.Broker;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.BrokerStats;
import io.signalbox.broker.DeadLetters;
import io.signalbox.broker.Ledger;
import io.signalbox.broker.SessionInfo;
import io.signalbox.broker.TopicInfo;
import io.signalbox.broker.admission.Deduplication;
import io.signalbox.broker.admission.Seen;
import io.signalbox.broker.deadletter.DeadLetterOffice;
import io.signalbox.broker.deadletter.DeadLetterStore;
import io.signalbox.broker.history.HistoryBudget;
import io.signalbox.broker.journal.Journal;
import io.signalbox.broker.record.MessageReader;
import io.signalbox.broker.record.RecordType;
import io.signalbox.broker.replay.Past;
import io.signalbox.broker.routing.Router;
import io.signalbox.broker.session.BrokerSession;
import io.signalbox.broker.session.Registered;
import io.signalbox.broker.session.SessionDirectory;
import io.signalbox.broker.session.Timers;
import io.signalbox.broker.state.BrokerState;
import io.signalbox.broker.state.Recovery;
import io.signalbox.broker.state.Snapshots;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.log.Log;
import io.signalbox.log.LogConfig;
import io.signalbox.log.LogHealth;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Subscriber.DetachReason;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The broker that lives in this process, on its own log. */
public final class EmbeddedBroker implements Broker {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final int DEAD_LETTERS_MAX = 100_000;

    private final BrokerConfig config;
    private final TimeSource time;
    private final Log log;
    private final int recordBytesMax;
    private final ExecutorService background;
    private final Timers timers;
    private final Router router;
    private final Journal journal;
    private final BrokerHost host;
    private final SessionDirectory directory;
    private final DeadLetterStore deadLetterStore;
    private final DeadLetterOffice deadLetterOffice;
    private final Past past;
    private final Snapshots snapshots;
    private final SessionsLedger ledger;
    private final Inspection inspection;
    private volatile boolean closed;
    private long floorSet;

    private EmbeddedBroker(BrokerConfig config, Log log, int recordBytesMax, Authorizer authorizer, TimeSource time)
            throws IOException {
        this.config = config;
        this.time = time;
        this.log = log;
        this.recordBytesMax = recordBytesMax;
        long started = System.nanoTime();
        background = Executors.newVirtualThreadPerTaskExecutor();
        timers = new Timers(time);
        router = new Router(config, new HistoryBudget(config.historyBytesMax()));
        BrokerState state = Recovery.foldTo(log, log.endPosition());
        Deduplication deduplication =
                new Deduplication(config.deduplicationWindow().toMillis(), config.deduplicationEntriesMax());
        restoreDeduplication(deduplication);
        journal = new Journal(log, router, time, deduplication, state.lastSequence());
        deadLetterStore = new DeadLetterStore(
                state.deadLetters(),
                state.lastDeadLetterId(),
                DEAD_LETTERS_MAX,
                Runtime.getRuntime().maxMemory() / 8);
        host = new BrokerHost(
                config,
                time,
                authorizer,
                background,
                timers,
                router,
                journal,
                log,
                deadLetterStore,
                payloadBytesMax(recordBytesMax));
        past = new Past(log, router);
        directory = new SessionDirectory(
                host,
                journal::note,
                router,
                new PastDelivery(past, log, journal::lastSequence, background, time),
                state.lastSessionId());
        host.directory(directory);
        deadLetterOffice = new DeadLetterOffice(deadLetterStore, journal, directory::sessionOf, time, background);
        snapshots = new Snapshots(log, config.snapshotBytes(), log.startPosition(), background);
        ledger = new SessionsLedger(directory, router);
        inspection = new Inspection(log, router, journal, host, directory, deadLetterStore, ledger);
        List<BrokerSession> over = new Restoration(log, host, router, directory).restore(state);
        journal.start(this::afterBatch);
        over.forEach(host::remove);
        if (state.recordsFolded() > 0) {
            LOG.info(
                    "recovered {} sessions, {} retained messages and {} dead letters from {} log records in {} ms",
                    state.sessions().size(),
                    state.retained().size(),
                    state.deadLetters().size(),
                    state.recordsFolded(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started));
        }
    }

    /**
     * Opens the log, recovers what it says, and starts.
     *
     * @throws IOException if the folder is locked by another process, of a newer format, or cannot be read
     */
    public static EmbeddedBroker open(BrokerConfig config, LogConfig logConfig, Authorizer authorizer, TimeSource time)
            throws IOException {
        long snapshotBytes = Math.min(config.snapshotBytes(), logConfig.bytesMax() / 8);
        return open(
                config.withSnapshotBytes(snapshotBytes),
                Log.open(logConfig),
                logConfig.recordBytesMax(),
                authorizer,
                time);
    }

    /** As the other, on a log opened by the caller and given away: it is closed with the broker. */
    public static EmbeddedBroker open(
            BrokerConfig config, Log log, int recordBytesMax, Authorizer authorizer, TimeSource time)
            throws IOException {
        try {
            return new EmbeddedBroker(config, log, recordBytesMax, authorizer, time);
        } catch (IOException | RuntimeException e) {
            log.close();
            throw e;
        }
    }

    private void restoreDeduplication(Deduplication deduplication) throws IOException {
        long since = time.millis() - config.deduplicationWindow().toMillis();
        log.scan(log.positionAtTime(since), log.endPosition(), record -> {
            if (record.type() == RecordType.MESSAGE) {
                StoredMessage stored = MessageReader.stored(record);
                String key = Deduplication.keyOf(stored.message());
                if (key != null) {
                    deduplication.remember(
                            key, new Seen(stored.timeMillis(), stored.sequence(), record.nextPosition()));
                }
            }
            return true;
        });
    }

    /** On the journal's thread: what need not happen for every message. */
    private void afterBatch() {
        snapshots.consider();
        long end = log.endPosition();
        if (end - floorSet > 1 << 20 || end < floorSet) {
            floorSet = end;
            log.setFloor(Math.min(directory.lowestPosition(), snapshots.lastPosition()));
        }
    }

    @Override
    public String name() {
        return "embedded";
    }

    @Override
    public Capabilities capabilities() {
        return capabilities(recordBytesMax);
    }

    static Capabilities capabilities(int recordBytesMax) {
        return Capabilities.of(Durability.SYNCED, payloadBytesMax(recordBytesMax), Feature.values());
    }

    /** A record holds properties and routes beside the payload. */
    private static int payloadBytesMax(int recordBytesMax) {
        return recordBytesMax - 256 * 1024;
    }

    @Override
    public Health health() {
        if (closed) {
            return new Health(Health.Status.DOWN, "the broker is closed");
        }
        return switch (log.health()) {
            case LogHealth.Healthy h -> Health.UP;
            case LogHealth.Full(String reason) -> new Health(Health.Status.DEGRADED, reason);
            case LogHealth.Failed(String reason) -> new Health(Health.Status.DEGRADED, reason);
        };
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        if (closed) {
            callback.refused(context, new Refusal(ReasonCode.CLOSED, "the broker is closed"));
            return;
        }
        host.publish(null, message, 0, callback, context);
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        CompletableFuture<Session> opening = new CompletableFuture<>();
        if (closed) {
            opening.completeExceptionally(new SignalboxException(ReasonCode.CLOSED, "the broker is closed"));
        } else {
            journal.control(opening, () -> directory.open(options, lane, subscriber, opening));
        }
        return opening;
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        if (closed) {
            return CompletableFuture.failedFuture(new SignalboxException(ReasonCode.CLOSED, "the broker is closed"));
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    long[] count = {0};
                    try {
                        past.read(request.filter(), request.start(), log.endPosition(), (stored, position) -> {
                            if (stored.timeMillis() > request.untilMillis() || count[0] >= request.limit()) {
                                return false;
                            }
                            count[0]++;
                            return visitor.test(stored) && count[0] < request.limit();
                        });
                    } catch (IOException e) {
                        throw new SignalboxException(
                                ReasonCode.STORAGE_FAILED, "the log cannot be read: " + e.getMessage(), e);
                    }
                    return count[0];
                },
                background);
    }

    @Override
    public BrokerStats stats() {
        return inspection.stats();
    }

    @Override
    public long lastSequence() {
        return journal.lastSequence();
    }

    @Override
    public List<SessionInfo> sessions() {
        return inspection.sessions();
    }

    @Override
    public Optional<SessionInfo> session(String name) {
        return inspection.session(name);
    }

    @Override
    public List<TopicInfo> topics(TopicFilter filter, int limit) {
        return inspection.topics(filter, limit);
    }

    @Override
    public boolean removeSession(String name) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        journal.control(done, () -> {
            Registered registered = directory.find(name);
            if (registered == null) {
                done.complete(false);
            } else {
                CompletableFuture<Void> removed = new CompletableFuture<>();
                directory.remove(registered.session(), DetachReason.REMOVED, removed);
                removed.thenRun(() -> done.complete(true));
            }
        });
        return done.orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Override
    public DeadLetters deadLetters() {
        return deadLetterOffice;
    }

    @Override
    public Ledger ledger() {
        return ledger;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        List<CompletableFuture<Void>> leaving = directory.all().stream()
                .map(registered -> registered.session().shutDown())
                .toList();
        CompletableFuture.allOf(leaving.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, 5, TimeUnit.SECONDS)
                .join();
        journal.close();
        timers.close();
        try {
            snapshots.write();
        } catch (IOException | RuntimeException e) {
            LOG.warn("no snapshot was written at the end: {}", e.toString());
        }
        background.shutdown();
        try {
            log.close();
        } catch (IOException e) {
            LOG.error("the log did not close cleanly", e);
        }
    }
}
