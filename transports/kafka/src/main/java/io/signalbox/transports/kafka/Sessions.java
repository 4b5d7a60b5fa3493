package io.signalbox.transports.kafka;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.Session.Target;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Subscriber.DetachReason;
import io.signalbox.transports.kafka.SessionRecord.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sessions of this node: how they begin, change and end. What touches one of them happens in its turn. */
final class Sessions {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final KafkaTransport transport;
    private final Registry registry;
    private final Subscribing subscribing;
    private final Turns turns = new Turns();
    private final Map<String, KafkaSession> attached = new ConcurrentHashMap<>();
    private final Map<String, Left> lefts = new ConcurrentHashMap<>();

    Sessions(KafkaTransport transport, Registry registry) {
        this.transport = transport;
        this.registry = registry;
        subscribing = new Subscribing(transport, registry);
    }

    // Beginning

    CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        KafkaSession session = new KafkaSession(transport, this, options, lane, subscriber);
        CompletableFuture<Session> opened = new CompletableFuture<>();
        turns.inTurn(options.name(), () -> {
                    begin(session);
                    opened.complete(session);
                    session.start();
                    return session;
                })
                .exceptionally(failure -> {
                    opened.completeExceptionally(failure);
                    return session;
                });
        return opened;
    }

    private void begin(KafkaSession session) {
        String name = session.name();
        catchUp();
        KafkaSession before = attached.remove(name);
        Left left = before == null ? lefts.remove(name) : takeOver(before);
        SessionRecord found = registry.find(name);
        boolean goesOn = found != null
                && !session.options().cleanStart()
                && found.durable()
                && !found.isExpired(transport.time().millis());
        if (left != null && before == null && left.position() != registry.position(name)) {
            left = null; // another node had it since
        }
        if (found != null && !goesOn) {
            forget(name, found);
        }
        SessionRecord record = found != null && goesOn
                ? found.ownedBy(transport.node(), session.expirySeconds())
                : SessionRecord.of(transport.node(), session.expirySeconds());
        await(registry.write(name, record));
        Left from = found != null && goesOn ? left == null ? Left.inKafka(name, found, transport) : left : Left.NOTHING;
        session.resume(goesOn, record.subscriptions(), from.positions(), from.remembered());
        for (Subscription one : record.subscriptions()) {
            if (one.spec().shareGroup() != null) {
                transport.shareGroups().join(one.target(), session, one.spec());
            }
        }
        attached.put(name, session);
        if (transport.isClosed()) {
            attached.remove(name, session);
            session.end();
            ended(session);
            throw new SignalboxException(ReasonCode.SHUTTING_DOWN, "this transport is closed");
        }
    }

    /** Another node may have said something a moment ago. */
    void catchUp() {
        Duration wait = transport.config().answerWait();
        long end = transport.cluster().ends(List.of(registry.log())).getOrDefault(registry.log(), 0L);
        registry.catchUp(end, wait);
    }

    private Left takeOver(KafkaSession before) {
        before.end();
        before.mailbox().seize(DetachReason.TAKEN_OVER);
        return Left.by(before, transport.shareGroups(), -1);
    }

    /** What Kafka keeps of it, but for its record. */
    private void forget(String name, SessionRecord record) {
        lefts.remove(name);
        List<String> groups = new ArrayList<>(List.of(transport.names().session(name)));
        record.subscriptions().stream()
                .filter(one -> one.past() != null)
                .forEach(one -> groups.add(transport.names().past(name, one.target())));
        if (record.durable()) {
            try {
                transport.cluster().forget(groups);
            } catch (SignalboxException e) {
                LOG.warn("of session {} something stays behind: {}", name, e.getMessage());
            }
        }
    }

    // Ending

    /** On the session's lane. */
    void detach(KafkaSession session) {
        if (!session.end()) {
            return;
        }
        session.mailbox().detach();
        CompletableFuture<Long> gone =
                session.durable() ? CompletableFuture.completedFuture(0L) : registry.delete(session.name());
        turns.inTurn(session.name(), () -> {
            if (attached.remove(session.name(), session)) {
                ended(session);
                await(gone);
                endShares(session.name(), List.copyOf(session.shares()));
            }
            return true;
        });
    }

    /** In its turn, when it is detached: what it leaves is written down. */
    private void ended(KafkaSession session) {
        Left left = Left.by(session, transport.shareGroups(), -1);
        SessionRecord record = registry.find(session.name());
        if (!session.durable() || record == null) {
            return;
        }
        try {
            left.commit(transport.cluster());
        } catch (SignalboxException e) {
            LOG.info("the offsets of {} are in its record alone: {}", session.name(), e.getMessage());
        }
        Map<TopicPartition, Position> live =
                left.positions().getOrDefault(transport.names().session(session.name()), Map.of());
        long position = await(registry.write(
                session.name(), record.detached("", transport.time().millis(), live)));
        lefts.put(session.name(), new Left(left.positions(), left.remembered(), position));
    }

    /** Share groups that have lost their last member are over. */
    private void endShares(String name, List<Target> targets) {
        for (Target target : targets) {
            if (!registry.anyMember(target)) {
                try {
                    transport.cluster().forget(List.of(transport.names().share(target)));
                } catch (SignalboxException e) {
                    LOG.info("a share group that {} was in stays behind: {}", name, e.getMessage());
                }
            }
        }
    }

    CompletionStage<Void> remove(KafkaSession session) {
        session.end();
        session.mailbox().detach();
        return turns.inTurn(session.name(), () -> {
                    attached.remove(session.name(), session);
                    session.reader().stop();
                    transport.shareGroups().ended(session, session.mailbox().left());
                    removeNow(session.name());
                    return true;
                })
                .thenRun(() -> {});
    }

    private void removeNow(String name) {
        SessionRecord record = registry.find(name);
        if (record != null) {
            await(registry.delete(name));
            forget(name, record);
            endShares(
                    name,
                    record.subscriptions().stream()
                            .map(Subscription::target)
                            .filter(target -> target.shareGroup() != null)
                            .toList());
        }
    }

    /** Another node has it, or has ended it. From the registry's thread. */
    void takenElsewhere(String name) {
        KafkaSession session = attached.get(name);
        if (session == null) {
            return;
        }
        session.end();
        session.mailbox().seize(DetachReason.TAKEN_OVER);
        turns.inTurn(name, () -> {
            if (attached.remove(name, session)) {
                Left left = Left.by(session, transport.shareGroups(), -1);
                LOG.debug(
                        "session {} is at another node now; here {} streams ended",
                        name,
                        left.positions().size());
            }
            return true;
        });
    }

    void expiry(KafkaSession session) {
        turns.inTurn(session.name(), () -> {
            SessionRecord record = registry.find(session.name());
            if (record != null && (attached.get(session.name()) == session || record.attached())) {
                await(registry.write(session.name(), record.withExpiry(session.expirySeconds())));
            }
            return true;
        });
    }

    // Subscribing

    CompletionStage<List<@Nullable Refusal>> subscribe(KafkaSession session, List<FilterSpec> specs) {
        return turns.inTurn(session.name(), () -> {
            demandAttached(session);
            List<@Nullable Refusal> results = new ArrayList<>();
            SessionRecord record = subscribing.subscribe(session, specs, results);
            await(registry.write(session.name(), record));
            return results;
        });
    }

    CompletionStage<List<Boolean>> unsubscribe(KafkaSession session, List<Target> targets) {
        return turns.inTurn(session.name(), () -> {
            demandAttached(session);
            List<Boolean> was = new ArrayList<>();
            SessionRecord record = subscribing.unsubscribe(session, targets, was);
            await(registry.write(session.name(), record));
            endShares(
                    session.name(),
                    targets.stream()
                            .filter(target -> target.shareGroup() != null)
                            .toList());
            return was;
        });
    }

    private void demandAttached(KafkaSession session) {
        if (session.hasEnded() || attached.get(session.name()) != session) {
            throw new SignalboxException(ReasonCode.CLOSED, "the session '" + session.name() + "' has ended");
        }
    }

    /** From its reader: all of a past is settled. */
    void pastIsOver(KafkaSession session, Target target) {
        turns.inTurn(session.name(), () -> {
            SessionRecord record = registry.find(session.name());
            if (record != null && attached.get(session.name()) == session && !session.hasEnded()) {
                SessionRecord without = record.find(target)
                        .map(one -> record.with(one.withoutPast()))
                        .orElse(record);
                await(registry.write(session.name(), without));
                if (session.durable()) {
                    transport.cluster().forget(List.of(transport.names().past(session.name(), target)));
                }
            }
            return true;
        });
    }

    /** Runs it when the session's reader has come to where its partitions end now; in any case in the end. */
    void afterWhatIsThere(KafkaSession session, Runnable then) {
        turns.inTurn(session.name(), () -> await(session.reader()
                        .reach(transport.cluster().ends(session.reader().partitions()))))
                .whenComplete((reached, failure) -> then.run());
    }

    // Now and then

    void tick() {
        attached.values().forEach(session -> session.mailbox().tick());
    }

    /** Ends what is over: sessions whose time is up, and those of nodes that are gone. */
    void reap() {
        long now = transport.time().millis();
        registry.forEach((name, record) -> {
            if (record.isExpired(now)) {
                turns.inTurn(name, () -> {
                    SessionRecord still = registry.find(name);
                    if (still != null && still.isExpired(transport.time().millis())) {
                        removeNow(name);
                    }
                    return true;
                });
            } else if (record.attached() && registry.isSilent(record.owner())) {
                turns.inTurn(name, () -> {
                    SessionRecord still = registry.find(name);
                    if (still == null || !still.attached() || !registry.isSilent(still.owner())) {
                        return false;
                    }
                    if (still.durable()) { // its owner's name stays: it said no goodbye
                        await(registry.write(
                                name,
                                still.detached(still.owner(), transport.time().millis(), still.positions())));
                    } else {
                        removeNow(name);
                    }
                    return true;
                });
            }
        });
    }

    /** Tells everybody, writes down what is left. */
    void close() {
        for (KafkaSession session : List.copyOf(attached.values())) {
            session.end();
            session.mailbox().seize(DetachReason.SHUTTING_DOWN);
            turns.inTurn(session.name(), () -> {
                if (attached.remove(session.name(), session)) {
                    ended(session);
                    if (!session.durable()) {
                        await(registry.delete(session.name()));
                        endShares(session.name(), List.copyOf(session.shares()));
                    }
                }
                return true;
            });
        }
        turns.close();
    }

    /** As a crash: nobody is told, nothing is written. */
    void halt() {
        for (KafkaSession session : List.copyOf(attached.values())) {
            session.end();
            session.mailbox().detach();
            session.halt();
            attached.remove(session.name(), session);
        }
        transport.shareGroups().halt();
    }

    <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get(transport.config().publish().hold().toMillis() + 1_000, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SignalboxException refused) {
                throw refused;
            }
            throw new SignalboxException(ReasonCode.INTERNAL, String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new SignalboxException(ReasonCode.BUSY, "the cluster does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SignalboxException(ReasonCode.SHUTTING_DOWN, "interrupted", e);
        }
    }
}
