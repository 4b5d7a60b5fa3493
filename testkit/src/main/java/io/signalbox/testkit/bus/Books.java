package io.signalbox.testkit.bus;

import io.signalbox.bus.ledger.CommandLine;
import io.signalbox.bus.ledger.EventLine;
import io.signalbox.bus.ledger.Ledger;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Audits the ledger of a bus at rest against what was recorded independently of it: what publishers and senders were
 * told, and which messages became dead letters.
 */
final class Books {
    private final Ledger ledger;
    private final Map<String, Events> events = new HashMap<>();
    private final Map<String, Commands> commands = new HashMap<>();
    private final List<String> errors = new ArrayList<>();

    /** As recorded, of one type. */
    private static final class Events {
        private final Map<Reason, Long> refused = new HashMap<>();
        private final Set<String> accepted = new HashSet<>();
        private final Set<String> dead = new HashSet<>();
        private long unheard;
    }

    /** As recorded, of one type. */
    private static final class Commands {
        private final Map<Reason, Long> rejected = new HashMap<>();
        private long sent;
        private long succeeded;
    }

    private Books(Ledger ledger) {
        this.ledger = ledger;
    }

    /** @return what does not agree; empty: the books close */
    static List<String> audit(Ledger ledger, Recording recording) {
        Books books = new Books(ledger);
        recording.entries().forEach(books::enter);
        ledger.events().forEach(books::audit);
        ledger.commands().forEach(books::audit);
        return books.errors;
    }

    private void enter(Entry entry) {
        String type = entry.envelope().message().getClass().getName();
        String id = entry.envelope().id();
        switch (entry) {
            case Entry.Published published -> {
                Events of = events(type);
                switch (published.answer()) {
                    case PublishResult.Accepted accepted -> of.accepted.add(id);
                    case PublishResult.NoSubscribers nobody -> of.unheard++;
                    case PublishResult.Refused refused -> of.refused.merge(refused.reason(), 1L, Long::sum);
                }
            }
            case Entry.Sent sent -> commands(type).sent++;
            case Entry.Answered answered -> {
                Commands of = commands(type);
                switch (answered.result()) {
                    case CommandResult.Success<?> success -> of.succeeded++;
                    case CommandResult.Failure<?> failure -> {}
                    case CommandResult.Rejected<?> rejected -> of.rejected.merge(rejected.reason(), 1L, Long::sum);
                }
            }
            case Entry.Died died -> events(type).dead.add(id);
            case Entry.Called called -> {}
            case Entry.Failed failed -> {}
        }
    }

    private Events events(String type) {
        return events.computeIfAbsent(type, unknown -> new Events());
    }

    private Commands commands(String type) {
        return commands.computeIfAbsent(type, unknown -> new Commands());
    }

    private void audit(EventLine line) {
        Events of = events(line.type());
        agree(line.type(), "accepted", line.accepted(), of.accepted.size());
        agree(line.type(), "unheard", line.unheard(), of.unheard);
        agree(line.type(), "refused", line.refused(), of.refused);
        of.dead.retainAll(of.accepted); // an edited letter is a message that nobody published
        agree(line.type(), "dead", line.dead(), of.dead.size());
        long dropped =
                line.dropped().values().stream().mapToLong(Long::longValue).sum();
        agree(
                line.type(),
                "accepted = handled + dead + dropped + queued",
                line.accepted(),
                line.handled() + line.dead() + dropped + line.queued());
    }

    private void audit(CommandLine line) {
        Commands of = commands(line.type());
        agree(line.type(), "sent", line.sent(), of.sent);
        agree(line.type(), "succeeded", line.succeeded(), of.succeeded);
        agree(line.type(), "rejected", line.rejected(), of.rejected);
        // A cancelled command is a failure that nobody was told of.
        long answeredOtherwise = of.succeeded
                + of.rejected.values().stream().mapToLong(Long::longValue).sum();
        agree(line.type(), "failed", line.failed(), of.sent - answeredOtherwise);
        agree(line.type(), "pending", line.pending(), 0L);
    }

    private void agree(String type, String what, Object ledgerSays, Object recorded) {
        if (!String.valueOf(ledgerSays).equals(String.valueOf(recorded)) && !ledgerSays.equals(recorded)) {
            errors.add(type + ": " + what + ": the ledger says " + ledgerSays + ", the recording " + recorded);
        }
    }
}
