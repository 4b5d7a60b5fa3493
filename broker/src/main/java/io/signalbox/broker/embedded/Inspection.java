package io.signalbox.broker.embedded;

import io.signalbox.broker.BrokerStats;
import io.signalbox.broker.Ledger;
import io.signalbox.broker.SessionInfo;
import io.signalbox.broker.TopicInfo;
import io.signalbox.broker.deadletter.DeadLetterStore;
import io.signalbox.broker.journal.Journal;
import io.signalbox.broker.routing.Router;
import io.signalbox.broker.session.BrokerSession;
import io.signalbox.broker.session.Registered;
import io.signalbox.broker.session.SessionDirectory;
import io.signalbox.broker.session.SessionReport;
import io.signalbox.log.Log;
import io.signalbox.log.LogStats;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What operators see of the broker at work. Any thread. */
final class Inspection {
    private final Log log;
    private final Router router;
    private final Journal journal;
    private final BrokerHost host;
    private final SessionDirectory directory;
    private final DeadLetterStore deadLetterStore;
    private final SessionsLedger ledger;

    Inspection(
            Log log,
            Router router,
            Journal journal,
            BrokerHost host,
            SessionDirectory directory,
            DeadLetterStore deadLetterStore,
            SessionsLedger ledger) {
        this.log = log;
        this.router = router;
        this.journal = journal;
        this.host = host;
        this.directory = directory;
        this.deadLetterStore = deadLetterStore;
        this.ledger = ledger;
    }

    BrokerStats stats() {
        LogStats logStats = log.stats();
        Ledger.Line total = ledger.total();
        int connected = (int) directory.all().stream()
                .filter(registered -> registered.session().online())
                .count();
        return new BrokerStats(
                directory.all().size(),
                connected,
                router.exactCount(),
                router.wildcardCount(),
                total.pending(),
                deadLetterStore.count(),
                router.topicCount(),
                router.retainedCount(),
                logStats.segments(),
                logStats.bytesOnDisk(),
                host.bufferedBytes(),
                total.published(),
                total.delivered(),
                total.expired(),
                total.droppedTotal(),
                journal.lastSequence());
    }

    List<SessionInfo> sessions() {
        return directory.all().stream()
                .map(Inspection::info)
                .sorted(Comparator.comparing(SessionInfo::name))
                .toList();
    }

    Optional<SessionInfo> session(String name) {
        return Optional.ofNullable(directory.find(name)).map(Inspection::info);
    }

    private static SessionInfo info(Registered registered) {
        BrokerSession session = registered.session();
        SessionReport report = SessionsLedger.report(session);
        return new SessionInfo(
                session.name(),
                session.options().principal().name(),
                report.state(),
                session.durable(),
                registered.specs().stream().map(Inspection::filterText).toList(),
                report.queued(),
                report.queuedBytes(),
                report.unsettled(),
                report.counters().delivered,
                report.counters().droppedTotal(),
                report.sinceMillis());
    }

    private static String filterText(FilterSpec spec) {
        return spec.shareGroup() == null
                ? spec.filter().text()
                : "$share/" + spec.shareGroup() + "/" + spec.filter().text();
    }

    List<TopicInfo> topics(TopicFilter filter, int limit) {
        return router.entries().stream()
                .filter(entry -> filter.matches(entry.topic()))
                .sorted(Comparator.comparing(entry -> entry.topic().text()))
                .limit(limit)
                .map(entry -> new TopicInfo(
                        entry.topic().text(),
                        entry.history().size(),
                        entry.retained() != null,
                        entry.counters().published.sum()))
                .toList();
    }
}
