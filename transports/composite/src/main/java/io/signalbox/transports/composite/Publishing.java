package io.signalbox.transports.composite;

import io.signalbox.message.Message;
import io.signalbox.message.MessageIds;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Admission;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.composite.strategy.Ballot;
import io.signalbox.transports.composite.strategy.Deadlines;
import io.signalbox.transports.composite.strategy.Distributor;
import io.signalbox.transports.composite.strategy.Outlet;
import io.signalbox.transports.composite.strategy.Roster;
import io.signalbox.transports.composite.strategy.Strategy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** The way of a message through a composite: admitted, given an id, sent by its strategy and to the archives. */
final class Publishing {
    private final CompositeConfig config;
    private final Admission admission;
    private final Gate gate;
    private final Deadlines deadlines;
    /** Of archives beside members that are asked in turn. */
    private final Deadlines deadlinesOfTurns;

    private final TimeSource time;
    private final Map<Strategy, Distributor> distributors = new HashMap<>();
    private final AtomicLong unarchived = new AtomicLong();

    Publishing(CompositeConfig config, Admission admission, Gate gate, Roster roster, TimeSource time) {
        this.config = config;
        this.admission = admission;
        this.gate = gate;
        deadlines = new Deadlines(config.answerTimeout());
        deadlinesOfTurns = new Deadlines(
                config.answerTimeout().multipliedBy(config.members().size()));
        this.time = time;
        config.strategies()
                .forEach(strategy -> distributors.put(strategy, Distributor.of(strategy, roster, deadlines)));
    }

    void publish(Message message, int tag, List<? extends Outlet> outlets, PublishCallback callback, long context) {
        Refusal refusal = admission.refuse(message, tag);
        if (refusal != null || !gate.enter()) {
            callback.refused(context, refusal == null ? Gate.CLOSED : refusal);
            return;
        }
        PublishCallback leaving = gate.leaving(callback);
        Strategy strategy = config.strategyOf(message);
        // Copies are told apart by their id, so a message that goes several ways needs one.
        Message sent = strategy instanceof Strategy.Split && config.archives().isEmpty()
                ? message
                : MessageIds.identified(message, time);
        Distributor distributor = Objects.requireNonNull(distributors.get(strategy));
        if (config.archives().isEmpty()) {
            distributor.publish(sent, outlets, leaving, context);
        } else {
            publishAndArchive(distributor, sent, outlets, leaving, context);
        }
    }

    /** The members' common answer is the first voter, each required archive another. */
    private void publishAndArchive(
            Distributor distributor,
            Message message,
            List<? extends Outlet> outlets,
            PublishCallback callback,
            long context) {
        List<String> voters = new ArrayList<>(List.of("the members"));
        List<Archive> required = new ArrayList<>();
        for (Archive archive : config.archives()) {
            if (!archive.wants(message)) {
                continue;
            }
            if (archive.mode() == Archive.Mode.REQUIRED) {
                voters.add(archive.name());
                required.add(archive);
            } else {
                archive.publish(message, countMisses, 0);
            }
        }
        Ballot ballot = new Ballot(voters, voters.size(), (voter, accepted) -> {}, callback, context);
        boolean turns = config.strategyOf(message).inTurn(outlets.size()) > 1;
        (turns ? deadlinesOfTurns : deadlines).add(ballot);
        distributor.publish(message, outlets, ballot, 0);
        for (int i = 0; i < required.size(); i++) {
            required.get(i).publish(message, ballot, i + 1L);
        }
    }

    private final PublishCallback countMisses = new PublishCallback() {
        @Override
        public void published(long context, Outcome outcome, Durability reached, long sequence) {}

        @Override
        public void refused(long context, Refusal refusal) {
            unarchived.incrementAndGet();
        }
    };

    /** Messages that best-effort archives refused. */
    long unarchivedCount() {
        return unarchived.get();
    }

    void expireAll() {
        deadlines.expireAll();
        deadlinesOfTurns.expireAll();
    }

    void tick(long nowNanos) {
        deadlines.expire(nowNanos);
        deadlinesOfTurns.expire(nowNanos);
        distributors.values().forEach(distributor -> distributor.tick(nowNanos));
    }
}
