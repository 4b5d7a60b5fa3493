package io.signalbox.transports.jdbc;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.connection.Backoff;
import io.signalbox.transports.connection.PublishBound;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that publishes: whatever has gathered while the transaction before was under way goes in the next. Its
 * queue is bounded in messages and bytes by the {@link PublishBound}.
 */
final class Publisher {
    private static final Logger LOGGER = LoggerFactory.getLogger(Publisher.class);
    private static final int BATCH_BYTES_MAX = 8 << 20;

    /** How soon an idle publisher sees that it is to end, if it does not see {@link #END}. */
    private static final long CLOSE_LOOK_MILLIS = 20;

    /** Wakes it to that. */
    private static final Outgoing END =
            new Outgoing(Message.to(Topic.ofMqtt("end")).build(), null, 0, 0, new NoAnswer(), 0);

    private final Database database;
    private final JdbcConfig config;
    private final long owner;
    private final Consumer<Collection<String>> wake;
    private final PublishBound bound = new PublishBound(50_000, 256L << 20);
    private final LinkedBlockingQueue<Outgoing> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean halted;
    private long lastTimeMillis;

    /** @param wake told of the queues that a committed batch went to */
    Publisher(Database database, JdbcConfig config, long owner, Consumer<Collection<String>> wake) {
        this.owner = owner;
        this.database = database;
        this.config = config;
        this.wake = wake;
        thread = Thread.ofPlatform().daemon().name("jdbc-publisher").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    @Nullable
    Refusal submit(Outgoing out) {
        Refusal refusal = bound.enter(out.message().sizeBytes());
        if (refusal == null) {
            queue.add(out);
        }
        return refusal;
    }

    private void run() {
        try {
            while (!halted) {
                Outgoing first = queue.poll(CLOSE_LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null && first != END) {
                    Refusal outage = publish(gather(first));
                    if (outage != null) {
                        refuseQueued(outage);
                    }
                } else if (closing) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Outgoing> gather(Outgoing first) {
        List<Outgoing> batch = new ArrayList<>();
        long bytes = 0;
        for (Outgoing next = first; next != null && next != END; next = queue.poll()) {
            batch.add(next);
            bytes += next.message().sizeBytes();
            if (batch.size() == config.publishBatchMax() || bytes > BATCH_BYTES_MAX) {
                break;
            }
        }
        return batch;
    }

    /** @return how those were refused that an outage kept from the database, the last of the batch among them */
    private @Nullable Refusal publish(List<Outgoing> batch) {
        PublishBatch work = new PublishBatch(
                batch,
                database,
                owner,
                lastTimeMillis,
                config.deduplicationWindow().toMillis());
        Refusal refusal;
        try {
            refusal = tryUntilTimeout(work, batch.getFirst().sinceNanos());
        } catch (RuntimeException e) {
            LOGGER.error("a batch of publishes failed", e);
            refusal = new Refusal(ReasonCode.STORAGE_FAILED, "it could not be written: " + e);
        }
        if (halted) {
            return null;
        }
        if (refusal != null && refusal.reason() == ReasonCode.STORAGE_FAILED && batch.size() > 1) {
            return publishInHalves(batch);
        }
        if (refusal == null) {
            lastTimeMillis = work.timeMillis();
            wake.accept(work.queues);
        }
        for (int i = 0; i < batch.size(); i++) {
            answer(batch.get(i), work, i, refusal);
        }
        return refusal != null && refusal.reason() == ReasonCode.BUSY ? refusal : null;
    }

    /** One that the database will never take must not take its neighbours with it. */
    private @Nullable Refusal publishInHalves(List<Outgoing> batch) {
        List<Outgoing> later = batch.subList(batch.size() / 2, batch.size());
        Refusal outage = publish(batch.subList(0, batch.size() / 2));
        if (outage == null) {
            return publish(later);
        }
        refuse(later, outage);
        return outage;
    }

    /**
     * Nothing that was published before this refusal is accepted after it: whoever publishes the refused ones again has
     * them in their order, behind nothing that came later.
     */
    private void refuseQueued(Refusal refusal) {
        List<Outgoing> queued = new ArrayList<>();
        queue.drainTo(queued);
        queued.removeIf(out -> out == END);
        refuse(queued, refusal);
    }

    private void refuse(List<Outgoing> all, Refusal refusal) {
        all.forEach(out -> answer(out, null, 0, refusal));
    }

    private void answer(Outgoing out, @Nullable PublishBatch work, int index, @Nullable Refusal refusal) {
        bound.leave(out.message().sizeBytes());
        try {
            if (refusal != null) {
                out.callback().refused(out.context(), refusal);
            } else if (work != null) {
                out.callback().published(out.context(), work.outcome(index), work.durability(), work.sequence(index));
            }
        } catch (RuntimeException e) {
            LOGGER.error("a publisher threw at its answer", e);
        }
    }

    private @Nullable Refusal tryUntilTimeout(PublishBatch work, long sinceNanos) {
        for (int attempt = 1; ; attempt++) {
            try {
                database.transaction(connection -> {
                    work.run(connection);
                    return true;
                });
                return null;
            } catch (SQLException e) {
                boolean again = Database.isOutage(e) || Database.isConflict(e);
                boolean over =
                        System.nanoTime() - sinceNanos > config.publishTimeout().toNanos();
                if (!again || over || halted || closing && Database.isOutage(e)) {
                    LOGGER.warn("a batch of publishes is refused after {} attempts: {}", attempt, e.toString());
                    ReasonCode reason = again ? ReasonCode.BUSY : ReasonCode.STORAGE_FAILED;
                    return new Refusal(reason, "the database did not take it: " + Objects.toString(e.getMessage()));
                }
                long pause = Backoff.DEFAULT
                        .delay(attempt, ThreadLocalRandom.current())
                        .toNanos();
                LockSupport.parkNanos(Math.min(pause, 1_000_000_000));
            }
        }
    }

    private static final class NoAnswer implements PublishCallback {
        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {}

        @Override
        public void refused(long context, Refusal refusal) {}
    }

    /** Publishes what is queued, and ends. */
    void close() {
        closing = true;
        queue.add(END);
        join();
    }

    /** Ends where it stands, as a crash would. */
    void halt() {
        halted = true;
        queue.add(END);
        join();
    }

    private void join() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
