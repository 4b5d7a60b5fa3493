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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The sessions of this node, as others ask for them: how they begin, change and end. */
final class Sessions implements Registry.News {
    private final KafkaTransport transport;
    private final Registry registry;
    private final Here here;
    private final Subscribing subscribing;
    private final Ending ending;
    private final Opening opening;
    private final Reaper reaper;

    Sessions(KafkaTransport transport, Registry registry, Beats beats) {
        this.transport = transport;
        this.registry = registry;
        here = new Here(transport.config().publish().hold().plusSeconds(1));
        subscribing = new Subscribing(transport, registry, here);
        ending = new Ending(transport, registry, here);
        opening = new Opening(transport, registry, here, ending);
        reaper = new Reaper(transport, registry, beats, here, ending);
    }

    CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        return opening.open(new KafkaSession(transport, this, options, lane, subscriber));
    }

    /** On the session's lane. */
    void detach(KafkaSession session) {
        ending.detach(session);
    }

    CompletionStage<Void> remove(KafkaSession session) {
        return ending.remove(session);
    }

    void expiry(KafkaSession session) {
        here.inTurn(session.name(), () -> {
            SessionRecord record = registry.find(session.name());
            if (record != null && (here.isAttached(session) || record.attached())) {
                here.await(registry.write(session.name(), record.withExpiry(session.expirySeconds())));
            }
            return true;
        });
    }

    // Subscribing

    CompletionStage<List<@Nullable Refusal>> subscribe(KafkaSession session, List<FilterSpec> specs) {
        return here.inTurn(session.name(), () -> {
            demandAttached(session);
            List<@Nullable Refusal> results = new ArrayList<>();
            SessionRecord record = subscribing.subscribe(session, specs, results);
            here.await(registry.write(session.name(), record));
            return results;
        });
    }

    CompletionStage<List<Boolean>> unsubscribe(KafkaSession session, List<Target> targets) {
        return here.inTurn(session.name(), () -> {
            demandAttached(session);
            List<Boolean> was = new ArrayList<>();
            SessionRecord record = subscribing.unsubscribe(session, targets, was);
            here.await(registry.write(session.name(), record));
            ending.endShares(session.name(), targets);
            return was;
        });
    }

    private void demandAttached(KafkaSession session) {
        if (session.hasEnded() || !here.isAttached(session)) {
            throw new SignalboxException(ReasonCode.CLOSED, "the session '" + session.name() + "' has ended");
        }
    }

    /** From its reader: all of a past is settled. */
    void pastIsOver(KafkaSession session, Target target) {
        here.inTurn(session.name(), () -> {
            SessionRecord record = registry.find(session.name());
            if (record != null && here.isAttached(session) && !session.hasEnded()) {
                SessionRecord without = record.find(target)
                        .map(one -> record.with(one.withoutPast()))
                        .orElse(record);
                here.await(registry.write(session.name(), without));
                if (session.durable()) {
                    transport.cluster().forget(List.of(transport.names().past(session.name(), target)));
                }
            }
            return true;
        });
    }

    /** Runs it when the session's reader has come to where its partitions end now; in any case in the end. */
    void afterWhatIsThere(KafkaSession session, Runnable then) {
        here.inTurn(
                        session.name(),
                        () -> here.await(session.reader()
                                .reach(transport.cluster().ends(session.reader().partitions()))))
                .whenComplete((reached, failure) -> then.run());
    }

    // From the registry

    @Override
    public void takenElsewhere(String name) {
        ending.takenElsewhere(name);
    }

    /** It lives, so its sessions have not gone anywhere. */
    @Override
    public void thoughtDead(String name) {
        KafkaSession session = here.attached(name);
        if (session == null) {
            return;
        }
        here.inTurn(name, () -> {
            SessionRecord record = registry.find(name);
            if (record != null
                    && !record.attached()
                    && record.owner().equals(transport.node())
                    && here.isAttached(session)
                    && !session.hasEnded()) {
                here.await(registry.write(name, record.ownedBy(transport.node(), session.expirySeconds())));
            }
            return true;
        });
    }

    // Now and then

    void tick() {
        here.all().forEach(session -> session.mailbox().tick());
    }

    Here here() {
        return here;
    }

    Reaper reaper() {
        return reaper;
    }

    /** Tells everybody, writes down what is left. */
    void close() {
        ending.close();
    }

    /** As a crash: nobody is told, nothing is written. */
    void halt() {
        ending.halt();
    }
}
