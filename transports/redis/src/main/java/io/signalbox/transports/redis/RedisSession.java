package io.signalbox.transports.redis;

import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One owner of a session, and what the worker has to do for it. */
final class RedisSession extends PulledSession<Claim> {
    private static final Logger LOG = LoggerFactory.getLogger(RedisSession.class);

    private final RedisTransport transport;
    private final Sessions sessions;
    private final String token;
    private final Subscriptions subscriptions = new Subscriptions();
    private final Settlements settlements = new Settlements();
    private final Delayed delayed = new Delayed();
    private final AtomicInteger lights = new AtomicInteger();
    private final AtomicBoolean askingDropped = new AtomicBoolean();
    private volatile long dropped;
    private volatile Map<String, FilterSpec> shared = Map.of();

    /** It is in the list of those that are to be pumped. */
    final AtomicBoolean pumpAsked = new AtomicBoolean();

    /** Where the entries go on that an earlier owner was given; empty at their end. Owned by the worker. */
    String cursor = "";

    /** Something was asked for and its answer was lost. Owned by the worker. */
    boolean takenUnknown;

    /** Its queue holds more than its bound, and nothing is taken before that is gone. Owned by the worker. */
    boolean surplus;

    /** @param token unique among all owners of sessions */
    RedisSession(
            RedisTransport transport,
            Sessions sessions,
            SessionOptions options,
            String token,
            Lane lane,
            Subscriber subscriber) {
        super(
                options,
                lane,
                subscriber,
                transport.time(),
                transport.config().delivery().attemptsMax(),
                transport.counters());
        this.transport = transport;
        this.sessions = sessions;
        this.token = token;
    }

    // For the mailbox

    @Override
    public void done(Claim claim) {
        if (claim == Claim.LIGHT) {
            lights.decrementAndGet();
            return;
        }
        settlements.done(claim); // first: whoever looks at both finds it in one of them at least
        credit().done(claim);
    }

    @Override
    public void dead(Claim claim, Arrival<Claim> arrival, DeadReason reason, String detail) {
        if (claim == Claim.LIGHT) {
            lights.decrementAndGet();
            return;
        }
        settlements.dead(new Settlements.Dying(claim, reason.text(), detail, arrival.deliveryCount()));
        credit().done(claim);
    }

    @Override
    protected boolean hasSettled() {
        return !settlements.isEmpty();
    }

    // For the worker

    String token() {
        return token;
    }

    Subscriptions filters() {
        return subscriptions;
    }

    Settlements settlements() {
        return settlements;
    }

    @Override
    public void resumed(boolean is) {
        super.resumed(is);
        cursor = is ? "0-0" : "";
    }

    @Override
    public void askPump() {
        sessions.pump().ask(this);
    }

    /** The queues that it reads together with others. */
    Set<String> sharedQueues() {
        return shared.keySet();
    }

    /** The same, and those it has left while it still holds something of them. */
    Set<String> sharedInHand() {
        Set<String> queues = new LinkedHashSet<>(shared.keySet());
        credit().held().stream().map(Claim::queue).filter(Keys::isShared).forEach(queues::add);
        return queues;
    }

    /** They are in force. On the worker. */
    void subscribed(Collection<FilterSpec> specs) {
        specs.forEach(subscriptions::put);
        findShared();
    }

    /** On the worker. */
    void unsubscribed(Collection<Target> targets) {
        targets.forEach(subscriptions::remove);
        findShared();
    }

    private void findShared() {
        Map<String, FilterSpec> found = new LinkedHashMap<>();
        for (FilterSpec spec : subscriptions.all()) {
            String group = spec.shareGroup();
            if (group != null) {
                found.put(Keys.shared(group, spec.filter().text()), spec);
            }
        }
        shared = Collections.unmodifiableMap(found);
    }

    void hand(List<Entry> entries) {
        List<Arrival<Claim>> arrivals = new ArrayList<>(entries.size());
        entries.forEach(entry -> hand(entry, arrivals));
        mailbox().arrived(arrivals);
    }

    private void hand(Entry entry, List<Arrival<Claim>> arrivals) {
        EntryFields.Content content;
        Match match;
        try {
            content = EntryFields.read(entry.fields());
            match = match(entry.claim(), content);
        } catch (SignalboxException | IllegalArgumentException e) {
            LOG.warn(
                    "entry {} of {} is no message: {}",
                    entry.claim().id(),
                    entry.claim().queue(),
                    e.getMessage());
            settlements.dead(new Settlements.Dying(
                    entry.claim(), DeadReason.MALFORMED.text(), String.valueOf(e.getMessage()), entry.attempts()));
            askPump();
            return;
        }
        if (entry.attempts() > 0) {
            mailbox().remember(Map.of(entry.claim(), new Remembered(0, entry.attempts(), true)));
        }
        Message message = content.message;
        credit().taken(entry.claim(), message, true); // whatever needs none is done with before it is offered
        Arrival<Claim> arrival = new Arrival<>(
                entry.claim(), message, match, entry.claim(), entry.again(), content.retainedFilter != null);
        if (content.notBeforeMillis > transport.time().millis()) {
            delayed.add(content.notBeforeMillis, arrival);
        } else {
            arrivals.add(arrival);
        }
    }

    /** By Pub/Sub. Beyond the queue's bound it is dropped: it need not arrive. */
    void handLight(EntryFields.Content content) {
        Match match = subscriptions.match(content.message.topic(), name().equals(content.publisher));
        if (match == null) {
            return; // unsubscribed meanwhile
        }
        if (lights.incrementAndGet() > options().queueMessagesMax()) {
            lights.decrementAndGet();
            transport.counters().dropped.increment();
            mailbox().lost(1);
            return;
        }
        mailbox().arrived(new Arrival<>(Claim.LIGHT, content.message, match, null, false));
    }

    private Match match(Claim claim, EntryFields.Content content) {
        String retainedFilter = content.retainedFilter;
        FilterSpec only = null;
        if (Keys.isShared(claim.queue())) {
            only = shared.get(claim.queue());
        } else if (retainedFilter != null) {
            only = subscriptions.get(SubscriptionText.target("", retainedFilter));
        } else {
            Match match = subscriptions.match(content.message.topic(), name().equals(content.publisher));
            if (match != null) {
                return match;
            }
        }
        // Unsubscribed meanwhile: what was under way is offered all the same.
        return only == null ? Match.plain(content.message.guarantee()) : Subscriptions.match(List.of(only));
    }

    /** Any thread, every now and then. */
    void tick() {
        delayed.takeDue(transport.time().millis()).forEach(mailbox()::arrived);
        mailbox().tick();
    }

    // Session

    @Override
    public void publish(Message message, int tag, PublishCallback callback, long context) {
        transport.publish(message, name(), tag, callback, context);
    }

    @Override
    public CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> specs) {
        return sessions.subscribing().subscribe(this, specs);
    }

    @Override
    public CompletionStage<Optional<List<Target>>> subscriptions() {
        return CompletableFuture.completedFuture(Optional.of(subscriptions.targets()));
    }

    @Override
    public CompletionStage<List<Boolean>> unsubscribe(List<Target> targets) {
        return sessions.subscribing().unsubscribe(this, targets);
    }

    /** By the server's count. */
    void dropped(long count) {
        dropped = count;
    }

    /**
     * The server counts what its queue has no room for, this owner what it has given up itself: what the server said last
     * is added, and it is asked again. The owner's part begins anew with the next one.
     */
    @Override
    public long lostCount() {
        if (askingDropped.compareAndSet(false, true)) {
            sessions.dropped(this).whenComplete((count, failure) -> {
                dropped(count == null ? dropped : count);
                askingDropped.set(false);
            });
        }
        return super.lostCount() + dropped;
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
