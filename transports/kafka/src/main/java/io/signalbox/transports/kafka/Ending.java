package io.signalbox.transports.kafka;

import io.signalbox.error.SignalboxException;
import io.signalbox.transport.Session.Target;
import io.signalbox.transport.Subscriber.DetachReason;
import io.signalbox.transports.kafka.SessionRecord.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a session leaves this node, or ends. */
record Ending(KafkaTransport transport, Registry registry, Here here) {
    private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

    /** On the session's lane. */
    void detach(KafkaSession session) {
        if (!session.end()) {
            return;
        }
        session.mailbox().detach();
        CompletableFuture<Long> gone =
                session.durable() ? CompletableFuture.completedFuture(0L) : registry.delete(session.name());
        here.inTurn(session.name(), () -> {
            if (here.detach(session)) {
                ended(session);
                here.await(gone);
                endShares(session.name(), List.copyOf(session.shares()));
            }
            return true;
        });
    }

    /** In its turn, when it is detached: what it leaves is written down. */
    void ended(KafkaSession session) {
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
        long position = here.await(registry.write(
                session.name(), record.detached("", transport.clusterTime().millis(), live)));
        here.left(session.name(), new Left(left.positions(), left.remembered(), position));
    }

    /** Share groups that have lost their last member are over. */
    void endShares(String name, List<Target> targets) {
        for (Target target : targets) {
            if (target.shareGroup() != null && !registry.anyMember(target)) {
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
        return here.inTurn(session.name(), () -> {
                    here.detach(session);
                    session.reader().stop();
                    transport.shareGroups().ended(session, session.mailbox().left());
                    removeNow(session.name());
                    return true;
                })
                .thenRun(() -> {});
    }

    /** In its turn: nothing is left of it. */
    void removeNow(String name) {
        SessionRecord record = registry.find(name);
        if (record != null) {
            here.await(registry.delete(name));
            forget(name, record);
            endShares(
                    name,
                    record.subscriptions().stream().map(Subscription::target).toList());
        }
    }

    /** What Kafka keeps of it, but for its record. */
    void forget(String name, SessionRecord record) {
        here.forgetLeft(name);
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

    /** Another node has it, or has ended it. */
    void takenElsewhere(String name) {
        here.forgetLeft(name);
        KafkaSession session = here.attached(name);
        if (session == null) {
            return;
        }
        session.end();
        session.mailbox().seize(DetachReason.TAKEN_OVER);
        here.inTurn(name, () -> {
            if (here.detach(session)) {
                Left left = Left.by(session, transport.shareGroups(), -1);
                LOG.debug(
                        "session {} is at another node now; here {} streams ended",
                        name,
                        left.positions().size());
            }
            return true;
        });
    }

    /** Tells everybody, writes down what is left. */
    void close() {
        for (KafkaSession session : here.all()) {
            session.end();
            session.mailbox().seize(DetachReason.SHUTTING_DOWN);
            here.inTurn(session.name(), () -> {
                if (here.detach(session)) {
                    ended(session);
                    if (!session.durable()) {
                        here.await(registry.delete(session.name()));
                        endShares(session.name(), List.copyOf(session.shares()));
                    }
                }
                return true;
            });
        }
        here.close();
    }

    /** As a crash: nobody is told, nothing is written. */
    void halt() {
        for (KafkaSession session : here.all()) {
            session.end();
            session.mailbox().detach();
            session.halt();
            here.detach(session);
        }
        transport.shareGroups().halt();
    }
}
