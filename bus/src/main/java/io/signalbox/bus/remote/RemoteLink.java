package io.signalbox.bus.remote;

import io.signalbox.bus.deadletter.DeadLetterStore;
import io.signalbox.bus.handler.Registration;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.parts.Outbound;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One bus's place on a transport: its session there, what it subscribes to, and getting another session when that one
 * is lost.
 */
public final class RemoteLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteLink.class);
    private static final Duration RELAY_INTERVAL = Duration.ofMillis(50);
    private static final Duration REOPEN_FIRST = Duration.ofSeconds(1);
    private static final Duration REOPEN_MAX = Duration.ofSeconds(30);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(10);
    /** A process has registered its handlers by then. */
    private static final Duration REGISTERED_WITHIN = Duration.ofMinutes(1);

    private final Transport transport;
    private final RemoteOptions options;
    private final Scheduler scheduler;
    private final WireForm wire;
    private final CarriedTypes types;
    private final Subscriptions subscriptions;
    private final Requests requests;
    private final LinkMemory memory;
    private final LongAdder droppedEarly = new LongAdder();
    private final Sender sender;
    private final @Nullable OutboxRelay relay;
    private final LateOpenings lateOpenings;
    private final AtomicBoolean reopening = new AtomicBoolean();
    /** The last one to open a session anew; complete when it has one, or not. */
    private volatile CompletableFuture<Void> attempt = CompletableFuture.completedFuture(null);

    private @Nullable Arrivals arrivals;
    private long startedNanos;
    private volatile @Nullable Attached attached;
    private volatile boolean commandsStopped;
    private volatile boolean stopped;
    private volatile boolean closing;

    /** One session on the transport. */
    private record Attached(Connection connection, Receiver receiver) {}

    public RemoteLink(Transport transport, RemoteOptions options, Scheduler scheduler) {
        this.transport = transport;
        this.options = options;
        this.scheduler = scheduler;
        wire = new WireForm(options.codec());
        types = new CarriedTypes(options.types());
        subscriptions = new Subscriptions(this, types);
        memory = LinkMemory.of(options);
        requests = new Requests(scheduler, options);
        lateOpenings = new LateOpenings(scheduler);
        sender = new Sender(this, transport, options, scheduler, wire, requests);
        relay = options.outbox() == null
                ? null
                : new OutboxRelay(options.outbox(), transport, scheduler, RELAY_INTERVAL, this::isSetAside);
    }

    /**
     * Opens the session.
     *
     * @throws io.signalbox.error.SignalboxException if the transport refuses it
     */
    public void start(Arrivals to) {
        arrivals = to;
        sender.start(to);
        startedNanos = scheduler.nanoTime();
        attach(to);
        if (relay != null) {
            relay.start();
        }
    }

    private void attach(Arrivals to) {
        Connection connection = new Connection(transport, scheduler);
        boolean transportDelays = transport.capabilities().has(Capabilities.Feature.DELAYED_REDELIVERY);
        Receiver receiver = new Receiver(this, connection, to, wire, options, scheduler, requests, transportDelays);
        attached = new Attached(connection, receiver);
        lateOpenings.begin();
        connection.open(options.place().withUnsettledMax(options.unsettledMax()), receiver);
        List<FilterSpec> specs = new ArrayList<>(subscriptions.all());
        specs.add(FilterSpec.of(TopicFilter.exactly(Topics.replies(options.name())), Guarantee.AT_MOST_ONCE));
        try {
            connection.subscribe(specs);
        } catch (RuntimeException refused) {
            connection.close(!options.durable());
            throw refused;
        }
    }

    // ---- losing the session

    /** Do answers come over this link? */
    public boolean isUp() {
        return isOpen() && !reopening.get();
    }

    /** Is there a session to subscribe in? If not, the next one will have all subscriptions from its start. */
    boolean isOpen() {
        Attached now = attached;
        return now != null && now.connection.isOpen() && now.receiver.detached() == null;
    }

    /** Called on the lane of the session that is gone. */
    void lost(Receiver which, Subscriber.DetachReason reason) {
        Attached now = attached;
        if (closing || now == null || now.receiver != which) {
            return;
        }
        requests.giveUp(Reason.TRANSPORT, "the link to the transport was lost (" + reason + ") before the answer came");
        if (reason == Subscriber.DetachReason.TAKEN_OVER && !lateOpenings.haveTaken()) {
            LOG.error(
                    "another process has opened '{}' on transport '{}': this one hears nothing any more; names of"
                            + " buses are unique, so give one of them another and build it anew",
                    options.name(),
                    transport.name());
            return;
        }
        LOG.warn("'{}' has lost its link to transport '{}': {}", options.name(), transport.name(), reason);
        if (reopening.compareAndSet(false, true)) {
            reopenIn(REOPEN_FIRST);
        }
    }

    private void reopenIn(Duration pause) {
        try {
            scheduler.schedule(() -> reopen(pause), pause.toNanos());
        } catch (RejectedExecutionException ended) {
            closing = true;
        }
    }

    private void reopenAfterMoreThan(Duration pause) {
        Duration longer = pause.multipliedBy(2);
        reopenIn(longer.compareTo(REOPEN_MAX) < 0 ? longer : REOPEN_MAX);
    }

    private void reopen(Duration pause) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        attempt = ended;
        try {
            // Looked at after it can be waited for, so that whoever closes does, or finds nothing opened.
            if (!closing) {
                tryToReopen(pause);
            }
        } finally {
            ended.complete(null);
        }
    }

    private void tryToReopen(Duration pause) {
        if (lateOpenings.isWaitedFor(connection())) {
            // It would take the place of another of its name whenever it comes.
            reopenAfterMoreThan(pause);
            return;
        }
        try {
            attach(Objects.requireNonNull(arrivals));
        } catch (RuntimeException | Error notYet) {
            LOG.debug("'{}' has no link to transport '{}' yet", options.name(), transport.name(), notYet);
            reopenAfterMoreThan(pause);
            return;
        }
        if (closing) {
            // Whoever closed may have waited in vain: a session that nobody hears would hold the name.
            connection().close(!options.durable());
            return;
        }
        LOG.info("'{}' has its link to transport '{}' again", options.name(), transport.name());
        lateOpenings.succeeded();
        reopening.set(false);
        Receiver opened = Objects.requireNonNull(attached).receiver;
        Subscriber.DetachReason meanwhile = opened.detached();
        if (meanwhile != null) {
            lost(opened, meanwhile);
        } else if (options.durable()) {
            endAllUnheard();
        }
    }

    private void endAllUnheard() {
        try {
            subscriptions.endAllUnheard();
        } catch (RuntimeException later) {
            LOG.debug("subscriptions without handlers are ended when something comes for them", later);
        }
    }

    /** Where this bus's dead letters outlive it; null if it has no name to find them by, or the transport no place. */
    public @Nullable DeadLetterStore deadLetterStore() {
        return options.named() && RetainedLetters.fit(transport)
                ? new RetainedLetters(transport, options.name(), new LetterForm(wire), scheduler)
                : null;
    }

    Connection connection() {
        return Objects.requireNonNull(attached).connection;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    LinkMemory memory() {
        return memory;
    }

    /** Will a handler for this topic still be registered? Only a durable session, when it is new, has to ask. */
    boolean mayStillRegister(Topic topic) {
        return isLeftOver(topic)
                && !Topics.isInSession(topic)
                && scheduler.nanoTime() - startedNanos < REGISTERED_WITHIN.toNanos();
    }

    /** Its subscription can only be one that an earlier process under this name has left. */
    boolean isLeftOver(Topic topic) {
        return options.durable() && !subscriptions.hadType(topic);
    }

    /**
     * A handler was registered; returns when its subscriptions are in force.
     *
     * @param session null: in the bus itself
     */
    public Registration registered(HandlerEntry entry, @Nullable String session) {
        return subscriptions.add(entry, session);
    }

    /** The classes that a handler of this one may be told of, as far as they are known. */
    public Set<Class<?>> below(Class<?> handled) {
        return types.below(handled);
    }

    void hasItsFirstHandler(Topic topic) {
        Attached now = Objects.requireNonNull(attached);
        now.connection.inLane(() -> now.receiver.registered(topic));
    }

    /** The way out. */
    public Outbound outbound() {
        return sender;
    }

    Sender sender() {
        return sender;
    }

    /** Its session does not wait for it to come back. */
    private void isSetAside(Message message) {
        memory.comingBack().gone(WireForm.id(message));
    }

    /** Messages delivered at most once that came before their first handler, and found no room. */
    public LongAdder droppedEarly() {
        return droppedEarly;
    }

    /** Messages of the outbox that the transport has refused for good. */
    public long setAside() {
        return relay == null ? 0 : relay.setAside();
    }

    // ---- the end

    /** No command of others is begun any more: each waits for who comes after, or for the others of its share group. */
    public void stopTakingCommands() {
        commandsStopped = true;
    }

    /** What is with handlers is still settled, and the answers that they wait for come in; nothing new is taken. */
    public void stopReceiving() {
        commandsStopped = true;
        stopped = true;
    }

    /** Is this one to be left unsettled, for somebody else to have when this session is left? */
    boolean leaves(Message message) {
        return stopped || (commandsStopped && message.properties().kind() == MessageKind.COMMAND);
    }

    boolean isStoppingCommands() {
        return commandsStopped;
    }

    /**
     * Returns when the transport has the answers to all commands that were begun here, and have ended, or time is up, or
     * will not say it any more.
     */
    public void awaitAnswered(Duration timeout) throws InterruptedException {
        Attached now = attached;
        if (now != null) {
            scheduler.await(now.receiver.commands().answered(), Math.min(timeout.toNanos(), ANSWERED_WITHIN.toNanos()));
        }
    }

    @Override
    public void close() {
        closing = true;
        if (relay != null) {
            relay.close();
        }
        requests.close();
        boolean interrupted = false;
        try {
            // One that is being opened anew must not be forgotten.
            scheduler.await(attempt, ANSWERED_WITHIN.toNanos());
        } catch (InterruptedException noTime) {
            interrupted = true;
        }
        try {
            if (isOpen()) {
                connection().close(!options.durable());
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
