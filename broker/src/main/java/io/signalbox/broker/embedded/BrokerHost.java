package io.signalbox.broker.embedded;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.DeadLetter;
import io.signalbox.broker.deadletter.DeadLetterStore;
import io.signalbox.broker.journal.Journal;
import io.signalbox.broker.record.DeadLetterCodec;
import io.signalbox.broker.record.MatchCodec;
import io.signalbox.broker.record.MessageReader;
import io.signalbox.broker.record.RecordType;
import io.signalbox.broker.record.RecordWriter;
import io.signalbox.broker.routing.Router;
import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.broker.session.BrokerSession;
import io.signalbox.broker.session.Dead;
import io.signalbox.broker.session.Floodgate;
import io.signalbox.broker.session.Handover;
import io.signalbox.broker.session.Registered;
import io.signalbox.broker.session.SessionDirectory;
import io.signalbox.broker.session.SessionHost;
import io.signalbox.broker.session.SessionNotes;
import io.signalbox.broker.session.Timers;
import io.signalbox.error.ReasonCode;
import io.signalbox.log.Log;
import io.signalbox.log.LogHealth;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.Subscriber.DetachReason;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What sessions ask of the broker, passed on to the station that does it. */
final class BrokerHost implements SessionHost {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerHost.class);

    private final BrokerConfig config;
    private final TimeSource time;
    private final Authorizer authorizer;
    private final Executor background;
    private final Timers timers;
    private final Router router;
    private final Journal journal;
    private final SessionNotes notes;
    private final Log log;
    private final DeadLetterStore deadLetters;
    private final int payloadBytesMax;
    private final AtomicLong bufferedBytes = new AtomicLong();
    private final long bufferedBytesMax = Runtime.getRuntime().maxMemory() / 4;
    private final Floodgate floodgate = new Floodgate(Runtime.getRuntime().maxMemory() / 8);
    private @Nullable SessionDirectory directory;

    BrokerHost(
            BrokerConfig config,
            TimeSource time,
            Authorizer authorizer,
            Executor background,
            Timers timers,
            Router router,
            Journal journal,
            Log log,
            DeadLetterStore deadLetters,
            int payloadBytesMax) {
        this.payloadBytesMax = payloadBytesMax;
        this.config = config;
        this.time = time;
        this.authorizer = authorizer;
        this.background = background;
        this.timers = timers;
        this.router = router;
        this.journal = journal;
        this.notes = new JournalNotes(journal);
        this.log = log;
        this.deadLetters = deadLetters;
    }

    void directory(SessionDirectory value) {
        directory = value;
    }

    private SessionDirectory directory() {
        SessionDirectory d = directory;
        if (d == null) {
            throw new IllegalStateException("the directory is not wired yet");
        }
        return d;
    }

    long bufferedBytes() {
        return bufferedBytes.get();
    }

    @Override
    public BrokerConfig config() {
        return config;
    }

    @Override
    public TopicEntry topic(Topic topic) {
        return router.entry(topic);
    }

    @Override
    public TimeSource time() {
        return time;
    }

    @Override
    public Authorizer authorizer() {
        return authorizer;
    }

    @Override
    public Executor background() {
        return background;
    }

    @Override
    public Floodgate floodgate() {
        return floodgate;
    }

    @Override
    public @Nullable Refusal storageRefusal() {
        return switch (log.health()) {
            case LogHealth.Healthy h -> null;
            case LogHealth.Full(String reason) -> new Refusal(ReasonCode.STORAGE_FULL, reason);
            case LogHealth.Failed(String reason) -> new Refusal(ReasonCode.STORAGE_FAILED, reason);
        };
    }

    @Override
    public void wakeAt(BrokerSession session, long epochMillis) {
        timers.wakeAt(session, epochMillis);
    }

    @Override
    public boolean buffered(long bytes) {
        return bufferedBytes.addAndGet(bytes) <= bufferedBytesMax;
    }

    @Override
    public void publish(
            @Nullable BrokerSession origin, Message message, int tag, PublishCallback callback, long context) {
        if (message.payload().length > payloadBytesMax) {
            callback.refused(
                    context,
                    new Refusal(
                            ReasonCode.PAYLOAD_TOO_LARGE,
                            "the payload has " + message.payload().length + " bytes; the limit is " + payloadBytesMax));
            return;
        }
        if (floodgate.full()) {
            callback.refused(context, floodgate.refusal());
            return;
        }
        Publishing.publish(router, journal, time, message, origin, tag, callback, context);
    }

    @Override
    public void forgetTag(BrokerSession session, int tag, PublishCallback callback, long context) {
        journal.inPassing(() -> {
            boolean known = session.tags().remove(tag) != null;
            if (known && session.durable()) {
                journal.note(
                        RecordType.TAG_FORGOTTEN,
                        new RecordWriter().varint(session.id()).varint(tag).copy(),
                        () -> callback.published(context, Receipt.Outcome.ROUTED, Durability.SYNCED, 0));
            } else if (known) {
                callback.published(context, Receipt.Outcome.ROUTED, Durability.ROUTED, 0);
            } else {
                // An earlier forgetting may still be on its way to the disk: this answer waits for it.
                journal.note(
                        RecordType.BARRIER,
                        new byte[0],
                        () -> callback.published(context, Receipt.Outcome.DUPLICATE, Durability.SYNCED, 0));
            }
        });
    }

    @Override
    public CompletionStage<List<@Nullable Refusal>> subscribe(BrokerSession session, List<FilterSpec> specs) {
        CompletableFuture<List<@Nullable Refusal>> done = new CompletableFuture<>();
        journal.control(done, () -> directory().subscribe(session, specs, done));
        return done;
    }

    @Override
    public CompletionStage<List<Boolean>> unsubscribe(BrokerSession session, List<Session.Target> targets) {
        CompletableFuture<List<Boolean>> done = new CompletableFuture<>();
        journal.control(done, () -> directory().unsubscribe(session, targets, done));
        return done;
    }

    @Override
    public CompletionStage<Optional<List<Session.Target>>> subscriptions(BrokerSession session) {
        Registered registered = directory().find(session.name());
        return CompletableFuture.completedFuture(
                registered != null && registered.session() == session
                        ? Optional.of(registered.targets())
                        : Optional.empty());
    }

    @Override
    public CompletionStage<Void> remove(BrokerSession session) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        journal.control(done, () -> directory().remove(session, DetachReason.REMOVED, done));
        return done;
    }

    @Override
    public void onExpired(BrokerSession session) {
        journal.control(() -> {
            if (!session.online()) {
                directory().remove(session, DetachReason.REMOVED, null);
            }
        });
    }

    @Override
    public void expiryChanged(BrokerSession session) {
        journal.control(() -> directory().optionsChanged(session));
    }

    @Override
    public SessionNotes notes() {
        return notes;
    }

    @Override
    public void neverWake(BrokerSession session) {
        timers.forget(session);
    }

    @Override
    public void deadLetter(BrokerSession session, Dead dead) {
        DeadLetter letter = deadLetters.bury(session.name(), dead, time.millis());
        RecordWriter out = new RecordWriter();
        out.varint(dead.logged() ? session.id() : 0).varint(dead.logged() ? dead.position() : 0);
        DeadLetterCodec.write(out, letter);
        journal.note(RecordType.DEAD_LETTER, out.copy(), null);
        deadLetters.purgeOldest(gone -> journal.note(
                RecordType.DEAD_PURGED,
                new RecordWriter().varint(1).varint(gone.id()).copy(),
                null));
    }

    @Override
    public boolean handOver(BrokerSession from, ShareGroup group, Handover handover) {
        ShareGroup.Member picked = group.pick(from);
        if (picked == null) {
            return false;
        }
        journal.inPassing(() -> {
            // Who left meanwhile is gone from the log, or will be next: what it is given now would go with it.
            ShareGroup.Member member = group.orAnother(picked, from);
            boolean logged = handover.position() > 0
                    && member.recipient().durable()
                    && member.match().guarantee() != Guarantee.AT_MOST_ONCE;
            if (logged) {
                RecordWriter out =
                        new RecordWriter().varint(member.recipient().id()).varint(handover.position());
                MatchCodec.write(out, member.match());
                journal.note(RecordType.ROUTED, out.copy(), null);
            }
            handover.topic().counters().offered.increment();
            member.recipient()
                    .offer(
                            handover.topic(),
                            handover.message(),
                            member.match(),
                            handover.position(),
                            handover.sequence(),
                            logged,
                            group);
        });
        return true;
    }

    @Override
    public Message read(long position) {
        return MessageReader.at(log, position);
    }

    @Override
    public void unreadable(BrokerSession session, long position, Throwable cause) {
        LOG.error(
                "message at log position {} for session {} cannot be read back: {}",
                position,
                session.name(),
                cause.toString());
    }
}
