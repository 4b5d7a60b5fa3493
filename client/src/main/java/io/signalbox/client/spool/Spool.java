package io.signalbox.client.spool;

import io.signalbox.client.connection.LinkUser;
import io.signalbox.client.connection.RefusedException;
import io.signalbox.client.lane.Lane;
import io.signalbox.client.spool.Publication.Acknowledged;
import io.signalbox.client.spool.Publication.Spooled;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.log.store.DiskFileStore;
import io.signalbox.log.store.FileStore;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that is published at QoS 1 or 2 passes here, also while there is a connection: one way, one order. */
public final class Spool implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Spool.class);
    private static final long PATIENCE_MILLIS = 10_000;
    private static final long CLOSE_LOOK_NANOS = 1_000_000;

    private final Store store;
    private final Quota quota;
    private final Refusals refusals;
    private final Drain drain;
    private final Backlog backlog = new Backlog();
    private final TimeSource time;
    private final Lane lane;
    private final Consumer<RefusedMessage> listener;
    private final Map<Long, TrackedPublication> unacknowledged = new ConcurrentHashMap<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong expired = new AtomicLong();
    private final Seldom warnings = new Seldom();
    private boolean closed;

    private Spool(
            SpoolConfig config,
            Store store,
            Refusals refusals,
            TimeSource time,
            Lane lane,
            Consumer<RefusedMessage> listener) {
        this.store = store;
        this.refusals = refusals;
        this.time = time;
        this.lane = lane;
        this.listener = listener;
        quota = new Quota(config);
        quota.found(store.found().messages(), store.found().bytes());
        quota.found(refusals.count(), refusals.bytes());
        drain = new Drain(store, config, time, new Endings());
        drain.start();
    }

    /**
     * @param lane on which publications are completed and the listener is told, in order
     * @param listener hears of what is refused for good
     * @throws IOException if the folder cannot be used; it says so when another process has it
     */
    public static Spool open(SpoolConfig config, TimeSource time, Lane lane, Consumer<RefusedMessage> listener)
            throws IOException {
        Path directory = config.directory();
        if (directory == null) {
            return new Spool(config, new MemoryStore(), Refusals.inMemory(config.refusedMax()), time, lane, listener);
        }
        return open(config, directory, new DiskFileStore(directory.resolve("log")), time, lane, listener);
    }

    /** @param log where its log is: another disk than the folder's for tests of disks that fail */
    static Spool open(
            SpoolConfig config,
            Path directory,
            FileStore log,
            TimeSource time,
            Lane lane,
            Consumer<RefusedMessage> listener)
            throws IOException {
        Refusals refusals = Refusals.in(directory.resolve("refused"), config.refusedMax());
        DiskStore store = new DiskStore(directory, log, refusals.lastSequence(), time);
        return new Spool(config, store, refusals, time, lane, listener);
    }

    /**
     * Any thread. Waits only when the disk is behind by 16,384 messages, or the application with what it is told by
     * 65,536, ten seconds at most.
     */
    public Publication publish(Message message) {
        Message timed = message.ttlMillis() > 0 && message.timestampMillis() == 0
                ? message.toBuilder().timestampMillis(time.millis()).build()
                : message;
        byte[] encoded = store.encode(timed);
        if (encoded.length > DiskStore.RECORD_BYTES_MAX) {
            return failed(
                    ReasonCode.PAYLOAD_TOO_LARGE,
                    "the message has " + encoded.length + " bytes; the spool takes " + DiskStore.RECORD_BYTES_MAX);
        }
        try {
            if (!lane.awaitRoom(PATIENCE_MILLIS)) {
                return failed(ReasonCode.BUSY, "the application's callbacks are behind by more than ten seconds");
            }
            if (!backlog.enter(encoded.length, PATIENCE_MILLIS)) {
                return failed(ReasonCode.BUSY, "the spool's disk is behind by more than ten seconds");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(ReasonCode.BUSY, "interrupted while waiting for the spool's disk");
        }
        TrackedPublication publication = new TrackedPublication();
        SignalboxException refusal = append(timed, encoded, publication);
        if (refusal != null) {
            backlog.leave(1, encoded.length);
            publication.fail(refusal);
        }
        return publication;
    }

    private synchronized @Nullable SignalboxException append(
            Message message, byte[] encoded, TrackedPublication publication) {
        if (closed) {
            return new SignalboxException(ReasonCode.CLOSED, "the client is closed");
        }
        SpoolFullException full = quota.take(encoded.length);
        if (full == null) {
            long unused = store.append(message, encoded, new Appending(publication, encoded.length));
        }
        return full;
    }

    private static Publication failed(ReasonCode reason, String detail) {
        return TrackedPublication.failed(new SignalboxException(reason, detail));
    }

    /** What uses the connection. */
    public LinkUser drain() {
        return drain;
    }

    /** Messages that the server has not answered for. */
    public long pendingMessages() {
        return quota.messages() - refusals.count();
    }

    public long pendingBytes() {
        return quota.bytes() - refusals.bytes();
    }

    public long acknowledgedCount() {
        return acknowledged.get();
    }

    public long expiredCount() {
        return expired.get();
    }

    /** Ranges of the disk's content that could not be read back. */
    public long gapCount() {
        return store.gaps();
    }

    public int refusedCount() {
        return refusals.count();
    }

    /** Whether nothing is sent because refused messages have no more room. */
    public boolean heldUp() {
        return drain.heldUp();
    }

    /** Since when, in epoch milliseconds, messages are refused for the moment that still are; null: none are. */
    public @Nullable Long refusedForNowSinceMillis() {
        return drain.refusedForNowSinceMillis();
    }

    public List<RefusedMessage> refused(int limit) {
        return refusals.list(limit);
    }

    /** @return false: there is none of that sequence */
    public boolean removeRefused(long sequence) {
        Optional<Long> bytes = refusals.remove(sequence);
        bytes.ifPresent(size -> quota.giveBack(1, size));
        drain.wake();
        return bytes.isPresent();
    }

    /** Publishes it as a new message, and removes the refused one when that is safe; empty: there is none. */
    public Optional<Publication> sendAgain(long sequence) {
        return refusals.get(sequence).map(refused -> {
            Publication again = publish(refused.message());
            var unused = again.spooled().thenRun(() -> removeRefused(sequence));
            return again;
        });
    }

    /** From here on nothing is taken; what was taken goes on. */
    public synchronized void refuseMore() {
        closed = true;
    }

    /**
     * Waits a moment for the server to answer for what is pending.
     *
     * @return whether it is worth waiting on: something is pending, and the deadline is not over
     */
    public boolean awaitLess(long deadlineNanos) {
        if (pendingMessages() == 0 || System.nanoTime() - deadlineNanos >= 0 || drain.heldUp()) {
            return false;
        }
        LockSupport.parkNanos(CLOSE_LOOK_NANOS);
        return !Thread.currentThread().isInterrupted();
    }

    /** Stops sending. What waits on disk stays for the next process; what waits in memory is lost, and told. */
    @Override
    public void close() {
        refuseMore();
        drain.stop();
        store.close();
        SignalboxException why = new SignalboxException(
                ReasonCode.CLOSED, "the client was closed before the server answered; what is on disk goes next time");
        lane.execute(() -> {
            unacknowledged.values().forEach(publication -> publication.fail(why));
            unacknowledged.clear();
        });
    }

    /** Waits for the disk, on behalf of one message. */
    private final class Appending implements Store.Appended {
        private final TrackedPublication publication;
        private final int bytes;

        Appending(TrackedPublication publication, int bytes) {
            this.publication = publication;
            this.bytes = bytes;
        }

        @Override
        public void stored(Spooled receipt) {
            unacknowledged.put(receipt.sequence(), publication);
            backlog.leave(1, bytes);
            lane.execute(() -> publication.spooled(receipt));
        }

        @Override
        public void failed(SignalboxException why) {
            backlog.leave(1, bytes);
            quota.giveBack(1, bytes);
            lane.execute(() -> publication.fail(why));
        }
    }

    /** How messages end. */
    private final class Endings implements Outcomes {
        @Override
        public void acknowledged(Store.Stored stored, boolean subscribers) {
            acknowledged.incrementAndGet();
            tell(stored, publication -> publication.acknowledged(new Acknowledged(subscribers)));
        }

        @Override
        public void expired(Store.Stored stored) {
            expired.incrementAndGet();
            Message message = stored.message();
            tell(stored, publication -> publication.fail(new ExpiredException(message.ttlMillis())));
        }

        @Override
        public boolean refused(Store.Stored stored, Refusal refusal) throws IOException {
            if (!refusals.hasRoom()) {
                return false;
            }
            RefusedMessage refused = new RefusedMessage(stored.sequence(), stored.message(), refusal, time.millis());
            if (refusals.add(refused, stored.bytes())) {
                quota.found(1, stored.bytes()); // The message's own place is given back when its turn comes.
            }
            long count = warnings.happened();
            if (count > 0) {
                LOGGER.warn(
                        "messages were refused for good, {} since the last such line, the last one at {}: {}",
                        count,
                        stored.message().topic(),
                        refusal);
            }
            tell(stored, publication -> publication.fail(new RefusedException(refusal)));
            lane.execute(() -> listener.accept(refused));
            return true;
        }

        @Override
        public void done(long messages, long bytes) {
            quota.giveBack(messages, bytes);
        }

        private void tell(Store.Stored stored, Consumer<TrackedPublication> what) {
            TrackedPublication publication = unacknowledged.remove(stored.sequence());
            if (publication != null) {
                lane.execute(() -> what.accept(publication));
            }
        }
    }
}
