package io.signalbox.transports.jdbc;

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
import io.signalbox.transports.connection.Breaker;
import io.signalbox.transports.delivery.DeliveryCounters;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Messages in PostgreSQL or H2. Any number of nodes may share a schema: a session is at one of them, a share group's
 * members are at any. Publishes are committed in batches by one thread, sessions' rows are claimed and settled by
 * another.
 */
public final class JdbcTransport implements Transport {
    /** A message with this header is not delivered before so many milliseconds have passed. */
    public static final String DELAY_HEADER = "sb-delay-millis";

    private static final String NAME = "jdbc";
    private static final int PAYLOAD_BYTES_MAX = 16 << 20;
    private static final Refusal CLOSED = new Refusal(ReasonCode.CLOSED, "this transport is closed");

    private final JdbcConfig config;
    private final TimeSource time;
    private final Capabilities capabilities;
    private final Admission admission;
    private final DeliveryCounters counters = new DeliveryCounters();
    private final long owner = new SecureRandom().nextLong(1, Long.MAX_VALUE);
    private final Database database;
    private final Publisher publisher;
    private final Worker worker;
    private final Sessions sessions;
    private final Wakeups wakeups;
    private final Housekeeping housekeeping;
    private final History history;
    private boolean closed;

    private JdbcTransport(JdbcConfig config, TimeSource time, ServerClock clock) {
        this.config = config;
        this.time = time;
        database = new Database(config, new Breaker(NAME, time), clock);
        capabilities = Capabilities.of(
                database.durability(),
                PAYLOAD_BYTES_MAX,
                Feature.SUBSCRIBE,
                Feature.DURABLE_SESSIONS,
                Feature.WILDCARDS,
                Feature.SHARE_GROUPS,
                Feature.ORDERED,
                Feature.REPLAY,
                Feature.EXPIRY,
                Feature.PRIORITY,
                Feature.DELAYED_REDELIVERY,
                Feature.DEAD_LETTERS,
                Feature.DEDUPLICATION,
                Feature.REQUEST_REPLY);
        admission = new Admission(NAME, capabilities);
        worker = new Worker(database, config.publishTimeout(), this::tick, config.pollInterval());
        sessions = new Sessions(this, database, worker);
        housekeeping = new Housekeeping(database, config, owner);
        publisher = new Publisher(database, config, owner, sessions::wake);
        history = new History(database, config.connectionsMax());
        wakeups = new Wakeups(database, owner, new Wakeups.Listener() {
            @Override
            public void somethingNew() {
                sessions.wakeAll();
            }

            @Override
            public void takenOver(long newOwner, String session) {
                sessions.takenOverElsewhere(newOwner, session);
            }
        });
    }

    /**
     * Makes and migrates the tables if that is needed.
     *
     * @throws SignalboxException BUSY if the database cannot be reached
     * @throws IllegalArgumentException if the URL is none of PostgreSQL or H2
     */
    public static JdbcTransport open(JdbcConfig config, TimeSource time) {
        return open(config, time, ServerClock.OF_THE_DATABASE);
    }

    static JdbcTransport open(JdbcConfig config, TimeSource time, ServerClock clock) {
        DatabaseAddress address = DatabaseAddress.of(config.url());
        JdbcTransport transport;
        try {
            transport = new JdbcTransport(config, time, clock);
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new SignalboxException(
                    ReasonCode.BUSY, config + " cannot be reached: " + address.words(e), address.cause(e));
        }
        transport.worker.start();
        transport.publisher.start();
        transport.wakeups.start();
        transport.housekeeping.start();
        return transport;
    }

    private void tick() {
        sessions.tick();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Capabilities capabilities() {
        Durability now = database.durability();
        return now == capabilities.durability()
                ? capabilities
                : new Capabilities(capabilities.features(), now, capabilities.payloadBytesMax());
    }

    @Override
    public Guarantees guarantees() {
        return JdbcGuarantees.of(config, database.durability());
    }

    @Override
    public Health health() {
        return isClosed() ? new Health(Health.Status.DOWN, "the transport is closed") : database.health();
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
            Message stamped = message.ttlMillis() > 0 && message.timestampMillis() == 0
                    ? message.toBuilder().timestampMillis(time.millis()).build()
                    : message;
            Outgoing out = new Outgoing(stamped, session, delayMillis(message), System.nanoTime(), callback, context);
            synchronized (this) {
                refusal = closed ? CLOSED : publisher.submit(out);
            }
        }
        if (refusal != null) {
            callback.refused(context, refusal);
        }
    }

    /** A delay that cannot be read is none. */
    private static long delayMillis(Message message) {
        if (message.properties().headers().isEmpty()) {
            return 0;
        }
        String text = message.properties().headers().get(DELAY_HEADER);
        return text != null && text.matches("[0-9]{1,15}") ? Long.parseLong(text) : 0;
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        Refusal refusal = isClosed() ? CLOSED : admission.refuse(options);
        return refusal != null
                ? CompletableFuture.failedFuture(refusal.toException())
                : sessions.open(options, lane, subscriber);
    }

    /** Narrows what a session gets by sender and addressee; stays with the session. */
    public CompletionStage<Void> filterByAddress(String session, AddressFilter filter) {
        return worker.ask(
                        connection -> {
                            try (PreparedStatement put = connection.prepareStatement("UPDATE sb_session"
                                    + " SET broadcast = ?, to_pattern = ?, from_pattern = ? WHERE name = ?")) {
                                put.setBoolean(1, filter.broadcast());
                                put.setString(
                                        2,
                                        filter.to() == null ? null : filter.to().regex());
                                put.setString(
                                        3,
                                        filter.from() == null
                                                ? null
                                                : filter.from().regex());
                                put.setString(4, session);
                                if (put.executeUpdate() == 0) {
                                    throw new SignalboxException(
                                            ReasonCode.SESSION_NOT_FOUND, "there is no session '" + session + "'");
                                }
                            }
                            return true;
                        },
                        done -> {})
                .thenApply(done -> null);
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        return isClosed() ? CompletableFuture.failedFuture(CLOSED.toException()) : history.read(request, visitor);
    }

    /**
     * The oldest dead letters, which stay where they are. Blocks.
     *
     * @throws SignalboxException BUSY if the database cannot be reached
     */
    public List<Message> deadLetters(int max) {
        try {
            return database.transaction(connection -> DeadLetterRows.list(connection, max));
        } catch (SQLException e) {
            throw new SignalboxException(ReasonCode.BUSY, "the dead letters cannot be read: " + e.getMessage(), e);
        }
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
            wakeups.stop();
            housekeeping.stop();
            worker.close();
            database.close();
        }
    }

    /** Ends as a crash of the process would: nothing is told, nothing is given back. For tests. */
    void halt() {
        if (end()) {
            sessions.close(false);
            publisher.halt();
            wakeups.stop();
            housekeeping.stop();
            worker.halt();
            database.close();
        }
    }

    /** @return false if it was closed before */
    private synchronized boolean end() {
        boolean was = closed;
        closed = true;
        return !was;
    }

    JdbcConfig config() {
        return config;
    }

    TimeSource time() {
        return time;
    }

    Admission admission() {
        return admission;
    }

    Worker worker() {
        return worker;
    }

    long owner() {
        return owner;
    }
}
