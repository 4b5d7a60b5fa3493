package io.signalbox.broker.embedded;

import io.signalbox.broker.Ledger;
import io.signalbox.broker.ledger.SessionCounters;
import io.signalbox.broker.ledger.TopicCounters;
import io.signalbox.broker.routing.Router;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.broker.session.BrokerSession;
import io.signalbox.broker.session.SessionDirectory;
import io.signalbox.broker.session.SessionReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * The ledger put together from the counters of topics and sessions. Each session gives its account between two of its
 * turns; topics are exact when nothing is on its way between the two.
 */
final class SessionsLedger implements Ledger {
    private static final long REPORT_SECONDS_MAX = 5;

    /** No topic has a wildcard in its name. */
    private static final String OTHERS = "#";

    private final SessionDirectory directory;
    private final Router router;

    SessionsLedger(SessionDirectory directory, Router router) {
        this.directory = directory;
        this.router = router;
    }

    /** Waits for the session's next turn. */
    static SessionReport report(BrokerSession session) {
        return await(session, session.report());
    }

    private static SessionReport await(BrokerSession session, CompletableFuture<SessionReport> report) {
        try {
            return report.orTimeout(REPORT_SECONDS_MAX, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new IllegalStateException(
                    "session " + session.name() + " gave no account within " + REPORT_SECONDS_MAX
                            + " s; is its lane blocked?",
                    e);
        }
    }

    /** All sessions are asked before the first answer is awaited. */
    private Map<BrokerSession, SessionReport> reports() {
        Map<BrokerSession, CompletableFuture<SessionReport>> asked = new LinkedHashMap<>();
        directory.all().forEach(r -> asked.put(r.session(), r.session().report()));
        Map<BrokerSession, SessionReport> reports = new LinkedHashMap<>();
        asked.forEach((session, future) -> reports.put(session, await(session, future)));
        return reports;
    }

    @Override
    public List<Line> sessions() {
        List<Line> lines = new ArrayList<>();
        reports().forEach((session, report) -> {
            SessionCounters c = report.counters();
            lines.add(new Line(
                    session.name(), 0, c.offered, c.delivered, report.pending(), c.expired, c.dropped(), c.dead));
        });
        lines.sort(Comparator.comparing(Line::name));
        return List.copyOf(lines);
    }

    @Override
    public List<Line> topics(int limit) {
        Map<TopicEntry, Integer> pending = pendingByTopic();
        List<Line> lines = new ArrayList<>();
        for (TopicEntry entry : router.entries()) {
            Integer waiting = pending.remove(entry);
            lines.add(line(entry.topic().text(), entry.counters(), waiting == null ? 0 : waiting));
        }
        TopicCounters others = router.others();
        if (others.offered.sum() > 0 || others.published.sum() > 0) {
            long waiting =
                    pending.values().stream().mapToLong(Integer::intValue).sum();
            lines.add(line(OTHERS, others, waiting));
        }
        lines.sort(Comparator.comparingLong((Line line) -> -line.published()).thenComparing(Line::name));
        return List.copyOf(lines.subList(0, Math.min(limit, lines.size())));
    }

    private Map<TopicEntry, Integer> pendingByTopic() {
        Map<TopicEntry, Integer> pending = new HashMap<>();
        reports()
                .values()
                .forEach(report ->
                        report.pendingByTopic().forEach((topic, count) -> pending.merge(topic, count, Integer::sum)));
        return pending;
    }

    private static Line line(String name, TopicCounters c, long pending) {
        return new Line(
                name,
                c.published.sum(),
                c.offered.sum(),
                c.delivered.sum(),
                pending,
                c.expired.sum(),
                c.dropped.sum() == 0 ? Map.of() : Map.of("all", c.dropped.sum()),
                c.dead.sum());
    }

    @Override
    public Line total() {
        long published = 0;
        long offered = 0;
        long delivered = 0;
        long expired = 0;
        long dropped = 0;
        long dead = 0;
        List<TopicCounters> all = new ArrayList<>();
        all.add(router.others());
        router.entries().forEach(entry -> all.add(entry.counters()));
        for (TopicCounters c : all) {
            published += c.published.sum();
            offered += c.offered.sum();
            delivered += c.delivered.sum();
            expired += c.expired.sum();
            dropped += c.dropped.sum();
            dead += c.dead.sum();
        }
        long pending =
                reports().values().stream().mapToLong(SessionReport::pending).sum();
        return new Line(
                "total",
                published,
                offered,
                delivered,
                pending,
                expired,
                dropped == 0 ? Map.of() : Map.of("all", dropped),
                dead);
    }

    @Override
    public List<Line> mismatches() {
        List<Line> wrong = new ArrayList<>(sessions());
        wrong.addAll(topics(Integer.MAX_VALUE));
        wrong.removeIf(Line::balanced);
        return wrong;
    }
}
