package io.signalbox.transports.kafka;

import io.signalbox.message.Message;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transports.delivery.Arrival;
import io.signalbox.transports.delivery.DeadReason;
import io.signalbox.transports.delivery.MailboxSession;
import io.signalbox.transports.delivery.Remembered;
import io.signalbox.transports.kafka.SessionRecord.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One owner of a session, and what reads for it. */
final class KafkaSession extends MailboxSession<Claim> {
    private final KafkaTransport transport;
    private final Sessions sessions;
    private final Appetite appetite;
    private final Intake intake;
    private final Set<Target> shares = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger writableChanges = new AtomicInteger();
    private volatile @Nullable Reader reader;
    private volatile boolean writable = true;
    private volatile long expirySeconds;

    KafkaSession(
            KafkaTransport transport, Sessions sessions, SessionOptions options, Lane lane, Subscriber subscriber) {
        super(options, lane, subscriber, transport.time(), transport.config().attemptsMax(), transport.counters());
        this.transport = transport;
        this.sessions = sessions;
        expirySeconds = seconds(options.expiry());
        appetite = new Appetite(options.unsettledMax(), options.queueBytesMax());
        intake = new Intake(name(), transport.mapping(), transport.deadLetters(), mailbox(), appetite);
    }

    /** At least one for what is not nothing: 0 says that the session is gone with its connection. */
    static long seconds(Duration expiry) {
        return expiry.isZero() ? 0 : Math.max(1, expiry.getSeconds());
    }

    // For the mailbox

    @Override
    public void done(Claim claim) {
        claim.done();
    }

    @Override
    public void dead(Claim claim, Arrival<Claim> arrival, DeadReason reason, String detail) {
        if (claim instanceof SharedClaim shared) {
            shared.dying = true;
        }
        transport
                .deadLetters()
                .bury(
                        arrival.message(),
                        new Death(reason, detail, name(), arrival.deliveryCount(), claim.place()),
                        claim::done);
    }

    @Override
    public void flush() {} // offsets are committed now and then

    // For the sessions

    boolean durable() {
        return expirySeconds > 0;
    }

    long expirySeconds() {
        return expirySeconds;
    }

    /** False for one whose connection is full, or gone. */
    boolean takesMore() {
        return writable && !ended.get();
    }

    /** @return false if it has ended before */
    boolean end() {
        return ended.compareAndSet(false, true);
    }

    boolean hasEnded() {
        return ended.get();
    }

    /** What it begins with; once, before {@link #start}. */
    void resume(
            boolean goesOn,
            List<Subscription> subscriptions,
            Map<String, Map<TopicPartition, Position>> positions,
            Map<Object, Remembered> remembered) {
        resumed(goesOn);
        for (Subscription one : subscriptions) {
            if (one.spec().shareGroup() != null) {
                shares.add(one.target());
            }
        }
        mailbox().remember(remembered);
        reader = new Reader(transport, this, intake, subscriptions, positions);
    }

    void start() {
        mailbox().start();
        reader().start();
    }

    Reader reader() {
        return Objects.requireNonNull(reader, "the session is not opened yet");
    }

    /** The share groups it is a member of. */
    Set<Target> shares() {
        return shares;
    }

    /** Ends its reading where it is, as a crash would. */
    void halt() {
        Reader reading = reader;
        if (reading != null) {
            reading.stop();
        }
    }

    void pastIsOver(Target target) {
        sessions.pastIsOver(this, target);
    }

    // Session

    @Override
    public void publish(Message message, int tag, PublishCallback callback, long context) {
        transport.publish(message, name(), tag, callback, context);
    }

    @Override
    public CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> specs) {
        return sessions.subscribe(this, specs);
    }

    @Override
    public CompletionStage<List<Boolean>> unsubscribe(List<Target> targets) {
        return sessions.unsubscribe(this, targets);
    }

    /**
     * Not told: a bridge would unsubscribe those that it no longer wants, and here what a subscription has not read yet
     * goes with it, also what another one matches that has begun at the end.
     */
    @Override
    public CompletionStage<Optional<List<Target>>> subscriptions() {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public void writable(boolean now) {
        int change = writableChanges.incrementAndGet();
        if (now && !writable && Trim.concerns(options())) {
            // What is published already pushes out the oldest, also if it is not read yet: how much of it there is
            // nobody here knows, however little has come.
            sessions.afterWhatIsThere(this, () -> setWritable(true, change));
        } else {
            setWritable(now, change);
        }
    }

    /** @param change nothing happens if another followed it */
    private synchronized void setWritable(boolean now, int change) {
        if (writableChanges.get() != change) {
            return;
        }
        writable = now;
        mailbox().writable(now);
        appetite.boundless(!now && Trim.concerns(options()));
        if (now) {
            transport.shareGroups().wake();
        }
    }

    @Override
    public void expiry(Duration expiry) {
        expirySeconds = seconds(expiry);
        sessions.expiry(this);
    }

    @Override
    public void detach(boolean clean) {
        sessions.detach(this);
    }

    @Override
    public CompletionStage<Void> remove() {
        return sessions.remove(this);
    }
}
