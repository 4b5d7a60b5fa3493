package io.signalbox.broker.journal;

import io.signalbox.broker.BrokerConfig.TopicPolicy;
import io.signalbox.broker.admission.Deduplication;
import io.signalbox.broker.record.MatchCodec;
import io.signalbox.broker.record.MessageCodec;
import io.signalbox.broker.record.RecordType;
import io.signalbox.broker.record.RecordWriter;
import io.signalbox.broker.routing.Recipient;
import io.signalbox.broker.routing.Router;
import io.signalbox.broker.routing.Routes;
import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.Target;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.broker.session.BrokerSession;
import io.signalbox.error.ReasonCode;
import io.signalbox.log.Appender;
import io.signalbox.log.Log;
import io.signalbox.log.LogWriteException;
import io.signalbox.log.SyncListener;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Match;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.StoredMessage;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that puts everything durable in order: it routes a message, appends it, writes what has gathered as one
 * batch, hands it to the sessions, and asks for a flush. Changes of sessions and subscriptions run on it too, so that
 * the log says exactly who was owed what, and the state after a restart is a fold over it.
 *
 * <p>Publishers are answered by the sync thread when the disk has their message, or from here when less was asked for.
 */
public final class Journal {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final int BATCH_COMMANDS = 2_048;
    private static final int BATCH_BYTES = 4 << 20;
    private static final long PENDING_BYTES_MAX = 512L << 20;
    private static final int NOTES_KEPT_MAX = 1_000_000;
    private static final byte[] NOTHING = {};

    private final Log log;
    private final Appender appender;
    private final Router router;
    private final TimeSource time;
    private final Deduplication deduplication;
    private final Waiters waiters = new Waiters(this::flushFailed);
    private final MpscUnboundedArrayQueue<Command> queue = new MpscUnboundedArrayQueue<>(1_024);
    private final AtomicLong pendingBytes = new AtomicLong();
    private final Thread thread;
    private volatile boolean idle;
    private volatile boolean closed;

    // owned by the thread
    private final RecordWriter record = new RecordWriter();
    private final List<Publish> batch = new ArrayList<>(BATCH_COMMANDS);
    private final List<Note> notes = new ArrayList<>();
    private final ArrayDeque<Note> keptNotes = new ArrayDeque<>();
    private long sequence;
    private boolean syncWanted;
    private Runnable afterBatch = () -> {};

    /** For readers of statistics. */
    private volatile long lastSequence;

    public Journal(Log log, Router router, TimeSource time, Deduplication deduplication, long lastSequence) {
        this.log = log;
        this.appender = log.appender();
        this.router = router;
        this.time = time;
        this.deduplication = deduplication;
        this.sequence = lastSequence;
        this.lastSequence = lastSequence;
        log.onSync(new SyncListener() {
            @Override
            public void onSynced(long position) {
                waiters.synced(position);
            }

            @Override
            public void onSyncFailed(long fromPosition, long toPosition, IOException cause) {
                LOG.error(
                        "flush failed for log positions {} to {}: their publishes are refused",
                        fromPosition,
                        toPosition,
                        cause);
                waiters.failed(toPosition, cause);
            }
        });
        thread = Thread.ofPlatform().name("signalbox-journal").daemon(true).unstarted(this::run);
    }

    /** @param afterBatch runs on the thread after every batch, to do what must not be done for every message */
    public void start(Runnable afterBatch) {
        this.afterBatch = afterBatch;
        thread.start();
    }

    public long lastSequence() {
        return lastSequence;
    }

    public boolean onThread() {
        return Thread.currentThread() == thread;
    }

    // ---- from any thread

    public void publish(
            Message message, @Nullable BrokerSession origin, int tag, PublishCallback callback, long context) {
        if (closed) {
            callback.refused(
                    context, new Refusal(ReasonCode.SHUTTING_DOWN, "the broker is closing; publish again later"));
            return;
        }
        int bytes = message.payload().length;
        if (pendingBytes.addAndGet(bytes) > PENDING_BYTES_MAX) {
            pendingBytes.addAndGet(-bytes);
            callback.refused(
                    context,
                    new Refusal(
                            ReasonCode.BUSY,
                            "over " + (PENDING_BYTES_MAX >> 20) + " MiB wait for the disk; publish again later"));
            return;
        }
        post(new Publish(message, origin, tag, callback, context));
    }

    /**
     * On the journal's thread it takes its place at once, elsewhere behind what was posted before.
     *
     * @param durable see {@link Note}
     */
    public void note(int type, byte[] payload, @Nullable Runnable durable) {
        Note note = new Note(type, payload, durable);
        if (onThread()) {
            append(note, time.millis());
        } else {
            post(note);
        }
    }

    /** Runs on the journal's thread, after all that was posted before, and before all that comes after. */
    public void control(Runnable action) {
        post(new Control(action, true));
    }

    /** As {@link #control}, for work that changes neither routes nor sessions. */
    public void inPassing(Runnable action) {
        post(new Control(action, false));
    }

    private void post(Command command) {
        queue.offer(command);
        if (idle) {
            LockSupport.unpark(thread);
        }
    }

    /** Works off what was posted, flushes, and stops. Idempotent. */
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- on the thread

    private void run() {
        while (true) {
            boolean worked = false;
            try {
                worked = turn();
            } catch (RuntimeException | Error e) {
                LOG.error("the journal met a fault of its own; publishes of this batch are refused", e);
                refuseBatch(ReasonCode.INTERNAL, "a fault of the server: " + e);
            }
            if (!worked) {
                if (closed && queue.isEmpty()) {
                    refuseLate();
                    return;
                }
                idle = true;
                if (queue.isEmpty() && !closed) {
                    LockSupport.parkNanos(this, 1_000_000_000L);
                }
                idle = false;
            }
        }
    }

    private void refuseLate() {
        Command late;
        while ((late = queue.poll()) != null) {
            if (late instanceof Publish publish) {
                publish.callback.refused(
                        publish.context, new Refusal(ReasonCode.SHUTTING_DOWN, "the broker is closed"));
            }
        }
    }

    private boolean turn() {
        retryKeptNotes();
        long now = time.millis();
        int count = 0;
        long bytes = 0;
        while (count < BATCH_COMMANDS && bytes < BATCH_BYTES) {
            Command command = queue.poll();
            if (command == null) {
                break;
            }
            count++;
            switch (command) {
                case Publish publish -> bytes += admit(publish, now);
                case Note note -> bytes += append(note, now);
                case Control(Runnable action, boolean alone) -> {
                    if (alone) {
                        finishBatch(now);
                    }
                    action.run();
                    if (alone) {
                        finishBatch(now);
                    }
                }
            }
        }
        finishBatch(now);
        afterBatch.run();
        return count > 0;
    }

    private int admit(Publish publish, long now) {
        Message message = publish.message;
        int bytes = message.payload().length;
        pendingBytes.addAndGet(-bytes);
        BrokerSession origin = publish.origin;
        if (publish.tag > 0 && origin != null && !origin.tags().add(publish.tag)) {
            return duplicate(publish, now);
        }
        String key = Deduplication.keyOf(message);
        Deduplication.Seen first = key == null ? null : deduplication.find(key, now);
        if (first != null) {
            publish.seen = first;
            publish.sequence = first.sequence();
            return duplicate(publish, now);
        }
        TopicEntry topic = router.entry(message.topic());
        if (message.retain() && router.known(message.topic()) != topic) {
            forgetTag(publish);
            publish.callback.refused(
                    publish.context,
                    new Refusal(
                            ReasonCode.QUOTA_EXCEEDED,
                            "there are " + router.topicCount()
                                    + " topics, the limit; none can be retained in addition"));
            return 0;
        }
        Routes routes = router.routes(topic);
        publish.topic = topic;
        publish.routes = routes;
        if (routes.groups().length > 0) {
            pickMembers(publish, routes);
        }
        Recipient full =
                message.guarantee() == Guarantee.AT_MOST_ONCE ? null : refusing(routes, message.payload().length);
        if (full != null) {
            forgetTag(publish);
            publish.callback.refused(
                    publish.context,
                    new Refusal(
                            ReasonCode.QUEUE_FULL,
                            "the queue of " + full + " is full; publish again when it has been read"));
            return 0;
        }
        Durability wanted = wanted(publish, topic, routes);
        if (wanted.atLeast(Durability.BUFFERED)) {
            try {
                appendMessage(publish, now);
            } catch (IllegalArgumentException tooLarge) {
                forgetTag(publish);
                publish.callback.refused(
                        publish.context,
                        new Refusal(ReasonCode.PAYLOAD_TOO_LARGE, String.valueOf(tooLarge.getMessage())));
                return 0;
            }
        }
        publish.durability = wanted;
        publish.offers = countOffers(publish, routes);
        publish.outcome = publish.offers == 0 ? Receipt.Outcome.NO_SUBSCRIBERS : Receipt.Outcome.ROUTED;
        if (key != null) {
            publish.seen =
                    deduplication.remember(key, now, publish.sequence, publish.position == 0 ? 0 : appender.end());
        }
        batch.add(publish);
        return bytes + 64;
    }

    private static Durability wanted(Publish publish, TopicEntry topic, Routes routes) {
        TopicPolicy policy = topic.policy();
        Message message = publish.message;
        if (message.guarantee() == Guarantee.AT_MOST_ONCE) {
            return message.retain() && !policy.atMostOnce().atLeast(Durability.BUFFERED)
                    ? Durability.BUFFERED
                    : policy.atMostOnce();
        }
        if (!policy.acknowledged().atLeast(Durability.BUFFERED) && (routes.anyDurable() || publish.tag > 0)) {
            return Durability.BUFFERED;
        }
        return policy.acknowledged();
    }

    private void pickMembers(Publish publish, Routes routes) {
        ShareGroup[] groups = routes.groups();
        ShareGroup.@Nullable Member[] members = new ShareGroup.Member[groups.length];
        for (int i = 0; i < groups.length; i++) {
            members[i] = groups[i].pick(null);
        }
        publish.members = members;
    }

    private static @Nullable Recipient refusing(Routes routes, int payloadBytes) {
        for (Target target : routes.targets()) {
            if (target.recipient().refuses(payloadBytes)) {
                return target.recipient();
            }
        }
        return null;
    }

    /** Known already: said again once the first is as safe as it was promised to be. */
    private int duplicate(Publish publish, long now) {
        publish.outcome = Receipt.Outcome.DUPLICATE;
        Deduplication.Seen first = publish.seen;
        long firstEnd = first == null ? Long.MAX_VALUE : first.end();
        if (firstEnd == 0) {
            publish.done();
        } else if (firstEnd <= log.syncedPosition()) {
            publish.durability = Durability.SYNCED;
            publish.done();
        } else {
            publish.position = appender.append(RecordType.BARRIER, 0, sequence, now, NOTHING, 0, 0);
            publish.durability = Durability.SYNCED;
            batch.add(publish);
        }
        return 32;
    }

    private static int countOffers(Publish publish, Routes routes) {
        int offers = 0;
        for (Target target : routes.targets()) {
            offers += target.matchFor(publish.origin) != null ? 1 : 0;
        }
        for (ShareGroup.Member member : publish.members) {
            offers += member != null ? 1 : 0;
        }
        return offers;
    }

    /** On the sync thread. The tag and the key become free, so that the publisher may try again. */
    private void flushFailed(Publish publish) {
        if (publish.outcome == Receipt.Outcome.DUPLICATE) {
            return;
        }
        if (publish.seen != null) {
            publish.seen.fail();
        }
        inPassing(() -> forgetTag(publish));
    }

    private void appendMessage(Publish publish, long now) {
        Message message = publish.message;
        BrokerSession origin = publish.origin;
        boolean tagged = publish.tag > 0 && origin != null && origin.durable();
        record.clear();
        record.varint(tagged && origin != null ? origin.id() : 0).varint(tagged ? publish.tag : 0);
        writeTargets(publish, message.guarantee());
        MessageCodec.write(record, message);
        TopicEntry topic = publish.topic;
        publish.position = appender.append(
                RecordType.MESSAGE,
                topic == null ? 0 : topic.key(),
                sequence + 1,
                now,
                record.array(),
                0,
                record.length());
        publish.sequence = ++sequence;
    }

    /** Whose durable queues are owed this message. */
    private void writeTargets(Publish publish, Guarantee guarantee) {
        Routes routes = publish.routes;
        if (guarantee == Guarantee.AT_MOST_ONCE || routes == null || !routes.anyDurable()) {
            record.varint(0);
            return;
        }
        int owed = 0;
        for (Target target : routes.targets()) {
            owed += isOwed(target.recipient(), target.matchFor(publish.origin)) ? 1 : 0;
        }
        for (ShareGroup.Member member : publish.members) {
            owed += member != null && isOwed(member.recipient(), member.match()) ? 1 : 0;
        }
        record.varint(owed);
        for (Target target : routes.targets()) {
            writeTarget(target.recipient(), target.matchFor(publish.origin));
        }
        for (ShareGroup.Member member : publish.members) {
            if (member != null) {
                writeTarget(member.recipient(), member.match());
            }
        }
    }

    private static boolean isOwed(Recipient recipient, @Nullable Match match) {
        return match != null && recipient.durable() && match.guarantee() != Guarantee.AT_MOST_ONCE;
    }

    private void writeTarget(Recipient recipient, @Nullable Match match) {
        if (match != null && isOwed(recipient, match)) {
            record.varint(recipient.id());
            MatchCodec.write(record, match);
        }
    }

    private int append(Note note, long now) {
        appender.append(note.type(), 0, sequence, now, note.payload(), 0, note.payload().length);
        notes.add(note);
        return note.payload().length + 32;
    }

    private void retryKeptNotes() {
        if (!keptNotes.isEmpty() && log.health().healthy()) {
            long now = time.millis();
            for (int i = 0; i < BATCH_COMMANDS && !keptNotes.isEmpty(); i++) {
                append(keptNotes.removeFirst(), now);
            }
            finishBatch(now);
        }
    }

    /** Writes, hands over, and asks for the flush. */
    private void finishBatch(long now) {
        if (batch.isEmpty() && notes.isEmpty()) {
            return;
        }
        awaitFlush(appender.end());
        try {
            appender.commit();
        } catch (LogWriteException e) {
            commitFailed(e, now);
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            handOut(batch.get(i), now);
        }
        batch.clear();
        notes.clear();
        lastSequence = sequence;
        if (syncWanted) {
            syncWanted = false;
            appender.requestSync();
        }
    }

    /** @param end of the batch */
    private void awaitFlush(long end) {
        for (int i = 0; i < batch.size(); i++) {
            Publish publish = batch.get(i);
            if (publish.awaitsFlush()) {
                waiters.add(end, publish);
                syncWanted = true;
            }
        }
        for (int i = 0; i < notes.size(); i++) {
            if (notes.get(i).durable() != null) {
                waiters.add(end, notes.get(i));
                syncWanted = true;
            }
        }
    }

    private void handOut(Publish publish, long now) {
        if (publish.outcome != Receipt.Outcome.DUPLICATE) {
            dispatch(publish, now);
        }
        if (!publish.awaitsFlush()) {
            publish.done();
        }
    }

    private void dispatch(Publish publish, long now) {
        TopicEntry topic = publish.topic;
        Routes routes = publish.routes;
        if (topic == null || routes == null) {
            return;
        }
        Message message = publish.message;
        topic.counters().published.increment();
        topic.history().add(publish.sequence, now, message);
        if (message.retain()) {
            topic.retained(message.payload().length == 0 ? null : new StoredMessage(publish.sequence, now, message));
        }
        boolean owable = publish.position > 0 && message.guarantee() != Guarantee.AT_MOST_ONCE;
        for (Target target : routes.targets()) {
            Match match = target.matchFor(publish.origin);
            if (match != null) {
                target.recipient()
                        .offer(
                                topic,
                                message,
                                match,
                                publish.position,
                                publish.sequence,
                                owable && isOwed(target.recipient(), match),
                                null);
            }
        }
        for (int i = 0; i < publish.members.length; i++) {
            ShareGroup.Member member = publish.members[i];
            if (member != null) {
                member.recipient()
                        .offer(
                                topic,
                                message,
                                member.match(),
                                publish.position,
                                publish.sequence,
                                owable && isOwed(member.recipient(), member.match()),
                                routes.groups()[i]);
            }
        }
        topic.counters().offered.add(publish.offers);
    }

    private void commitFailed(LogWriteException e, long now) {
        ReasonCode reason =
                e.kind() == LogWriteException.Kind.FULL ? ReasonCode.STORAGE_FULL : ReasonCode.STORAGE_FAILED;
        for (Publish publish : batch) {
            TopicEntry topic = publish.topic;
            boolean logged = publish.position > 0;
            boolean mayGoOn = topic != null
                    && (topic.policy().bestEffort()
                            || publish.message.guarantee() == Guarantee.AT_MOST_ONCE && !topic.logsAtMostOnce());
            if (!logged) {
                handOut(publish, now);
            } else if (mayGoOn) {
                handOut(publish.unlogged(), now);
            } else {
                refuse(publish, reason, String.valueOf(e.getMessage()));
            }
        }
        batch.clear();
        syncWanted = false;
        for (Note note : notes) {
            if (keptNotes.size() < NOTES_KEPT_MAX) {
                keptNotes.addLast(note.again());
            }
        }
        notes.clear();
        sequence = lastSequence;
    }

    private void refuse(Publish publish, ReasonCode reason, String detail) {
        publish.refused = true;
        boolean duplicate = publish.outcome == Receipt.Outcome.DUPLICATE;
        if (!duplicate) {
            forgetTag(publish);
        }
        String key = Deduplication.keyOf(publish.message);
        if (key != null && !duplicate) {
            deduplication.forget(key);
        }
        publish.callback.refused(publish.context, new Refusal(reason, detail));
    }

    private static void forgetTag(Publish publish) {
        BrokerSession origin = publish.origin;
        if (publish.tag > 0 && origin != null) {
            origin.tags().remove(publish.tag);
        }
    }

    private void refuseBatch(ReasonCode reason, String detail) {
        appender.discard();
        for (Publish publish : batch) {
            refuse(publish, reason, detail);
        }
        batch.clear();
        notes.clear();
        sequence = lastSequence;
    }
}
