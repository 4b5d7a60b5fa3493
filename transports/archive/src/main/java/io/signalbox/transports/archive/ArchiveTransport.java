package io.signalbox.transports.archive;

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
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * Keeps every message it is given in NDJSON files, and gives them back to whoever reads the past. Nobody can subscribe.
 *
 * <p>It claims the features that a message can ask for (a priority, a time to live, an ordering key and so on): it
 * writes them down, and delivers to nobody, so there is nothing it could do against them.
 */
public final class ArchiveTransport implements Transport {
    private static final int PAYLOAD_BYTES_MAX = 16 << 20;
    private static final Refusal CLOSED = new Refusal(ReasonCode.CLOSED, "this archive is closed");

    private final String name;
    private final Capabilities capabilities;
    private final Admission admission;
    private final ArchiveFiles files;
    private final ActiveFile file;
    private final ArchiveWriter writer;
    private final ArchiveConfig config;
    private final Durability acknowledge;
    private boolean closed;

    /**
     * @throws IOException if the folder cannot be used
     * @throws IllegalArgumentException if it shall be compressed and the library is absent
     */
    public ArchiveTransport(String name, ArchiveConfig config, TimeSource time) throws IOException {
        if (config.compress()) {
            Zstd.check();
        }
        this.name = name;
        this.config = config;
        acknowledge = config.acknowledge();
        capabilities = Capabilities.of(
                acknowledge,
                PAYLOAD_BYTES_MAX,
                Feature.REPLAY,
                Feature.ORDERED,
                Feature.RETAINED,
                Feature.EXPIRY,
                Feature.PRIORITY,
                Feature.DEDUPLICATION,
                Feature.EXACTLY_ONCE,
                Feature.REQUEST_REPLY);
        admission = new Admission(name, capabilities);
        files = new ArchiveFiles(config.directory());
        try {
            file = new ActiveFile(config, files);
        } catch (IOException | RuntimeException e) {
            files.unlock();
            throw e;
        }
        writer = new ArchiveWriter(config, file, time);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public Health health() {
        return isClosed() ? new Health(Health.Status.DOWN, "closed") : writer.health();
    }

    /** Messages that were acknowledged at once, as ROUTED has it, and could not be written. */
    public long lostCount() {
        return writer.lost();
    }

    @Override
    public Guarantees guarantees() {
        return ArchiveGuarantees.of(config);
    }

    /** Files that were deleted because there were too many. */
    public long filesDeleted() {
        return file.filesDeleted();
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        Refusal refusal = admission.refuse(message, 0);
        // While the disk fails a publisher hears what became of its message, even if it did not ask to wait.
        boolean atOnce = acknowledge == Durability.ROUTED && writer.health().status() == Health.Status.UP;
        synchronized (this) {
            if (refusal == null && closed) {
                refusal = CLOSED;
            } else if (refusal == null) {
                refusal = atOnce ? writer.appendAcknowledged(message) : writer.append(message, callback, context);
            }
        }
        if (refusal != null) {
            callback.refused(context, refusal);
        } else if (atOnce) {
            callback.published(context, Outcome.NO_SUBSCRIBERS, Durability.ROUTED, 0);
        }
    }

    /** Refused: an archive is for keeping. */
    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        Refusal refusal = isClosed() ? CLOSED : admission.refuse(options);
        return CompletableFuture.failedFuture(
                Objects.requireNonNullElse(refusal, CLOSED).toException());
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        PublishCallback written = new PublishCallback() {
            @Override
            public void published(long context, Outcome outcome, Durability reached, long sequence) {
                Thread.ofVirtual().name("archive-replay").start(() -> replay(request, visitor, answer));
            }

            @Override
            public void refused(long context, Refusal refusal) {
                answer.completeExceptionally(refusal.toException());
            }
        };
        Refusal refusal = CLOSED;
        synchronized (this) {
            if (!closed) {
                refusal = writer.flush(written);
            }
        }
        return refusal == null ? answer : CompletableFuture.failedFuture(refusal.toException());
    }

    private void replay(ReadRequest request, Predicate<StoredMessage> visitor, CompletableFuture<Long> answer) {
        try {
            answer.complete(new ArchiveReplay(files.list(), request).run(visitor));
        } catch (IOException e) {
            answer.completeExceptionally(
                    new SignalboxException(ReasonCode.STORAGE_FAILED, "the archive cannot be read: " + e, e));
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        writer.close();
    }
}
