package io.signalbox.transports.kafka;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.Session;
import io.signalbox.transport.Subscriber.DetachReason;
import io.signalbox.transports.kafka.SessionRecord.Subscription;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a session begins at this node, or comes to it. */
record Opening(KafkaTransport transport, Registry registry, Here here, Ending ending) {
    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

    CompletionStage<Session> open(KafkaSession session) {
        CompletableFuture<Session> opened = new CompletableFuture<>();
        here.inTurn(session.name(), () -> {
                    begin(session);
                    opened.complete(session);
                    session.start();
                    if (!registry.isHere(session.name())) { // said before anybody here could have been told
                        ending.takenElsewhere(session.name());
                    }
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
        transport.catchUp();
        KafkaSession before = here.detach(name);
        Left left = before == null ? here.takeLeft(name) : takeOver(before);
        SessionRecord found = registry.find(name);
        boolean goesOn = found != null
                && !session.options().cleanStart()
                && found.durable()
                && !found.isExpired(transport.clusterTime().millis());
        if (left != null && before == null && left.position() != registry.position(name)) {
            left = null; // another node had it since
        }
        if (found != null && !goesOn) {
            ending.forget(name, found);
        }
        SessionRecord record = found != null && goesOn
                ? found.ownedBy(transport.node(), session.expirySeconds())
                : SessionRecord.of(transport.node(), session.expirySeconds());
        here.await(registry.write(name, record));
        try {
            resume(session, goesOn ? found : null, record, left);
        } catch (RuntimeException e) {
            giveUp(session, goesOn ? found : null);
            throw e;
        }
        here.attach(session);
        if (transport.isClosed()) {
            here.detach(session);
            session.end();
            ending.ended(session);
            throw new SignalboxException(ReasonCode.SHUTTING_DOWN, "this transport is closed");
        }
    }

    private Left takeOver(KafkaSession before) {
        before.end();
        before.mailbox().seize(DetachReason.TAKEN_OVER);
        return Left.by(before, transport.shareGroups(), -1);
    }

    /**
     * @param found null: it begins anew
     * @param left null: what is in Kafka counts
     */
    private void resume(
            KafkaSession session, @Nullable SessionRecord found, SessionRecord record, @Nullable Left left) {
        Left from = Left.NOTHING;
        if (found != null) {
            from = left == null ? Left.inKafka(session.name(), found, transport) : left;
        }
        session.resume(found != null, record.subscriptions(), from.positions(), from.remembered());
        for (Subscription one : record.subscriptions()) {
            if (one.spec().shareGroup() != null) {
                transport.shareGroups().join(one.target(), session, one.spec());
            }
        }
    }

    /** Nobody has it now: its record may not say that this node has. */
    private void giveUp(KafkaSession session, @Nullable SessionRecord found) {
        session.end();
        session.halt();
        transport.shareGroups().ended(session, Map.of());
        CompletableFuture<Long> said = found == null
                ? registry.delete(session.name())
                : registry.write(
                        session.name(),
                        found.detached(transport.node(), transport.clusterTime().millis(), found.positions()));
        said.exceptionally(failure -> {
            LOG.info("the record of {} says wrongly that this node has it: {}", session.name(), failure.toString());
            return -1L;
        });
    }
}
