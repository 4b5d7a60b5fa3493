package io.signalbox.transports.jdbc;

import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Match;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transports.delivery.Arrival;
import io.signalbox.transports.delivery.DeadReason;
import io.signalbox.transports.delivery.PulledSession;
import io.signalbox.transports.delivery.Remembered;
import io.signalbox.transports.delivery.Subscriptions;
import io.signalbox.transports.delivery.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One owner of a session, and what the worker has to do for it. */
final class JdbcSession extends PulledSession<Claim> {
    private final JdbcTransport transport;
    private final Sessions sessions;
    private final Subscriptions subscriptions = new Subscriptions();
    private final Settlements settlements = new Settlements();
    private final Topics topics = new Topics(Topic::ofMqtt);
    private final String ownQueue;
    private final AtomicBoolean pumpAsked = new AtomicBoolean();

    /** It has taken nothing for a while: its queue may be beyond its bounds. */
    volatile boolean trimFirst;

    /** A claim was asked for and its answer was lost. Owned by the worker. */
    boolean claimUnknown;

    /** Its first open found nothing to go on with. Owned by the worker. */
    boolean beganNew;

    /** What was in the queue when its last owner ended without a word may have been seen. Owned by the worker. */
    long seenUpTo;

    JdbcSession(JdbcTransport transport, Sessions sessions, SessionOptions options, Lane lane, Subscriber subscriber) {
        super(options, lane, subscriber, transport.time(), transport.config().attemptsMax(), transport.counters());
        this.transport = transport;
        this.sessions = sessions;
        ownQueue = QueueRows.own(options.name());
    }

    // For the mailbox

    @Override
    public void done(Claim claim) {
        settlements.done(claim); // first: whoever looks at both finds it in one of them at least
        credit().done(claim);
    }

    @Override
    public void dead(Claim claim, Arrival<Claim> arrival, DeadReason reason, String detail) {
        settlements.dead(new DeadLetterRows.Dying(claim, name(), reason, detail, arrival.deliveryCount()));
        credit().done(claim);
    }

    @Override
    protected boolean hasSettled() {
        return !settlements.isEmpty();
    }

    // For the worker

    Subscriptions filters() {
        return subscriptions;
    }

    Settlements settlements() {
        return settlements;
    }

    Topics topics() {
        return topics;
    }

    @Override
    public void askPump() {
        if (pumpAsked.compareAndSet(false, true)) {
            transport.worker().execute(() -> {
                pumpAsked.set(false);
                sessions.pump(this);
            });
        }
    }

    /** The queues that it reads: its own, and one for each share group. */
    List<String> queues() {
        List<String> queues = new ArrayList<>();
        queues.add(ownQueue);
        for (FilterSpec spec : subscriptions.all()) {
            String group = spec.shareGroup();
            if (group != null) {
                queues.add(QueueRows.shared(group, spec.filter().text()));
            }
        }
        return queues;
    }

    /** What a look has found, for the mailbox. */
    Arrival<Claim> arrival(ClaimedRow row, Message message) {
        if (row.attempts() > 0) {
            mailbox().remember(Map.of(row.claim(), new Remembered(row.deliveryId(), row.attempts(), true)));
        }
        boolean own = row.claim().queue().equals(ownQueue);
        boolean redelivered = row.offered() || own && row.claim().sequence() <= seenUpTo;
        return new Arrival<>(row.claim(), message, match(row, message), row.claim(), redelivered);
    }

    private Match match(ClaimedRow row, Message message) {
        String queue = row.claim().queue();
        if (QueueRows.isShared(queue)) {
            for (FilterSpec spec : subscriptions.all()) {
                String group = spec.shareGroup();
                if (group != null
                        && QueueRows.shared(group, spec.filter().text()).equals(queue)) {
                    return Subscriptions.match(List.of(spec));
                }
            }
        }
        Match match = subscriptions.match(message.topic(), name().equals(row.publisher()));
        // Unsubscribed meanwhile: what was under way is offered all the same.
        return match == null ? Match.plain(message.guarantee()) : match;
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
    public CompletionStage<Optional<List<Target>>> subscriptions() {
        return CompletableFuture.completedFuture(Optional.of(subscriptions.targets()));
    }

    @Override
    public CompletionStage<List<Boolean>> unsubscribe(List<Target> targets) {
        return sessions.unsubscribe(this, targets);
    }

    @Override
    public void writable(boolean now) {
        if (now) {
            trimFirst = true;
        }
        super.writable(now);
    }

    @Override
    public void expiry(Duration expiry) {
        sessions.expiry(this, expiry);
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
