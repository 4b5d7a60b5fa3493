package io.signalbox.broker.deadletter;

import io.signalbox.broker.DeadLetter;
import io.signalbox.broker.DeadLetters;
import io.signalbox.broker.journal.Journal;
import io.signalbox.broker.record.RecordType;
import io.signalbox.broker.record.RecordWriter;
import io.signalbox.broker.routing.Recipient;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.message.MessageIds;
import io.signalbox.message.MessageProperties;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** What operators do with dead letters. Redriving works one by one, so that what was done before a refusal is known. */
public final class DeadLetterOffice implements DeadLetters {
    private final DeadLetterStore store;
    private final Journal journal;
    private final Function<String, @Nullable Recipient> sessions;
    private final TimeSource time;
    private final Executor worker;

    /**
     * @param sessions by name; null: there is none
     * @param worker runs redrives, which wait for the disk
     */
    public DeadLetterOffice(
            DeadLetterStore store,
            Journal journal,
            Function<String, @Nullable Recipient> sessions,
            TimeSource time,
            Executor worker) {
        this.store = store;
        this.journal = journal;
        this.sessions = sessions;
        this.time = time;
        this.worker = worker;
    }

    @Override
    public long count() {
        return store.count();
    }

    @Override
    public List<DeadLetter> list(Query query) {
        return store.find(query);
    }

    @Override
    public Optional<DeadLetter> get(long id) {
        return Optional.ofNullable(store.get(id));
    }

    @Override
    public CompletionStage<Long> redrive(Query query, @Nullable Topic target, int perSecond, LongConsumer progress) {
        try {
            query.ids().forEach(this::require);
        } catch (SignalboxException e) {
            return CompletableFuture.failedFuture(e);
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    long done = 0;
                    long pauseNanos = perSecond > 0 ? 1_000_000_000L / perSecond : 0;
                    for (DeadLetter letter : store.find(query)) {
                        send(
                                letter,
                                redriven(letter, target),
                                target == null ? sessions.apply(letter.session()) : null);
                        progress.accept(++done);
                        LockSupport.parkNanos(pauseNanos);
                    }
                    return done;
                },
                worker);
    }

    /** A life of its own: no time to live, no retained flag, and the letter it came from named as its cause. */
    private static Message redriven(DeadLetter letter, @Nullable Topic target) {
        Message dead = letter.message();
        MessageProperties.Builder properties = dead.properties().toBuilder();
        properties.id(null).idempotencyKey(null);
        properties.headers(DeathHeaders.with(dead.properties().headers(), letter)
                .without(DeadLetterStore.ID_HEADER)
                .with(DeadLetterStore.ID_HEADER, Long.toString(letter.id())));
        return dead.toBuilder()
                .topic(target == null ? dead.topic() : target)
                .ttlMillis(0)
                .retain(false)
                .properties(properties.build())
                .build();
    }

    @Override
    public CompletionStage<Void> replace(long id, Message edited) {
        DeadLetter letter;
        try {
            letter = require(id);
        } catch (SignalboxException e) {
            return CompletableFuture.failedFuture(e);
        }
        Message successor = successor(letter, edited);
        return CompletableFuture.runAsync(() -> send(letter, successor, null), worker);
    }

    /** An edited copy is a message of its own: with the old one's id or key it would pass for its duplicate. */
    private Message successor(DeadLetter letter, Message edited) {
        MessageProperties old = letter.message().properties();
        MessageProperties wanted = edited.properties();
        long now = time.millis();
        boolean sameId = wanted.id() == null || wanted.id().equals(old.id());
        boolean sameKey = Objects.equals(wanted.idempotencyKey(), old.idempotencyKey());
        boolean sameTime = edited.timestampMillis() == letter.message().timestampMillis();
        return edited.toBuilder()
                .timestampMillis(sameTime ? now : edited.timestampMillis())
                .properties(wanted.toBuilder()
                        .id(sameId ? MessageIds.next(now) : wanted.id())
                        .idempotencyKey(sameKey ? null : wanted.idempotencyKey())
                        .causationId(old.id() == null ? "dead-letter:" + letter.id() : old.id())
                        .build())
                .build();
    }

    private DeadLetter require(long id) {
        DeadLetter letter = store.get(id);
        if (letter == null) {
            throw new SignalboxException(
                    ReasonCode.DEAD_LETTER_NOT_FOUND, "there is no dead letter " + id + "; list them for the right id");
        }
        return letter;
    }

    /**
     * Publishes, and marks the letter resolved once the disk has the message. Blocks.
     *
     * @param only whom alone it is for; null: everybody who is subscribed
     */
    private void send(DeadLetter letter, Message message, @Nullable Recipient only) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        PublishCallback answer = new PublishCallback() {
            @Override
            public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
                done.complete(null);
            }

            @Override
            public void refused(long context, Refusal refusal) {
                done.completeExceptionally(refusal.toException());
            }
        };
        if (only == null) {
            journal.publish(message, null, 0, answer, 0);
        } else {
            journal.publishTo(only, message, answer);
        }
        join(done);
        store.resolve(letter.id());
        CompletableFuture<Void> noted = new CompletableFuture<>();
        journal.note(RecordType.DEAD_RESOLVED, ids(List.of(letter.id())), () -> noted.complete(null));
        join(noted);
    }

    private static void join(CompletableFuture<Void> future) {
        try {
            future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof SignalboxException refusal ? refusal : e;
        }
    }

    @Override
    public CompletionStage<Long> purge(Query query) {
        List<Long> ids = store.find(query).stream().map(DeadLetter::id).toList();
        CompletableFuture<Long> done = new CompletableFuture<>();
        if (ids.isEmpty()) {
            done.complete(0L);
            return done;
        }
        ids.forEach(store::remove);
        journal.note(RecordType.DEAD_PURGED, ids(ids), () -> done.complete((long) ids.size()));
        return done;
    }

    private static byte[] ids(List<Long> ids) {
        RecordWriter out = new RecordWriter().varint(ids.size());
        ids.forEach(out::varint);
        return out.copy();
    }
}
