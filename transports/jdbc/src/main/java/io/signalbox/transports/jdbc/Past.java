package io.signalbox.transports.jdbc;

import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.StartPosition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What of the past a start position means, in SQL over {@code sb_message m}. */
final class Past {
    private Past() {}

    /** A condition, and the one number in it if there is one. */
    record Condition(String sql, @Nullable Long number) {}

    /**
     * @param newest the past ends with this sequence
     * @return null if nothing of the past is wanted
     */
    static @Nullable Condition of(StartPosition start, TopicFilter filter, Dialect dialect, long newest) {
        return switch (start) {
            case StartPosition.New now -> null;
            case StartPosition.All all -> new Condition("TRUE", null);
            case StartPosition.Sequence from -> new Condition("m.seq >= ?", from.sequence());
            case StartPosition.Time from -> new Condition("m.time_millis >= ?", from.epochMillis());
            case StartPosition.Last last ->
                new Condition(
                        "m.seq IN (SELECT l.seq FROM sb_message l WHERE " + matches("l", filter, dialect)
                                + " AND l.seq <= " + newest + " ORDER BY l.seq DESC LIMIT ?)",
                        (long) last.count());
            case StartPosition.LastPerTopic each ->
                new Condition(
                        "m.seq IN (SELECT MAX(l.seq) FROM sb_message l WHERE " + matches("l", filter, dialect)
                                + " AND l.seq <= " + newest + " GROUP BY l.topic)",
                        null);
        };
    }

    /** The pattern is made of checked characters alone, and quoted. */
    static String matches(String alias, TopicFilter filter, Dialect dialect) {
        return filter.isExact()
                ? alias + ".topic = " + quoted(filter.text())
                : "'/' || " + alias + ".topic " + dialect.regex() + " " + quoted(FilterPattern.of(filter));
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** Puts the past into the queue of a subscription that was just made. */
    static void insert(Connection connection, Database database, String session, FilterSpec spec) throws SQLException {
        Dialect dialect = database.dialect();
        Condition condition = of(spec.start(), spec.filter(), dialect, Long.MAX_VALUE);
        if (condition == null) {
            return;
        }
        long first = spec.replaySpeed() > 0 ? firstMillis(connection, spec, condition, dialect) : 0;
        try (PreparedStatement insert = connection.prepareStatement(Routing.insertPast(database, condition.sql()))) {
            insert.setDouble(1, spec.replaySpeed());
            insert.setLong(2, first);
            insert.setDouble(3, spec.replaySpeed() > 0 ? spec.replaySpeed() : 1);
            insert.setString(4, session);
            insert.setString(5, spec.filter().text());
            insert.setString(6, spec.shareGroup() == null ? "" : spec.shareGroup());
            if (condition.number() != null) {
                insert.setLong(7, condition.number());
            }
            insert.executeUpdate();
        }
    }

    private static long firstMillis(Connection connection, FilterSpec spec, Condition condition, Dialect dialect)
            throws SQLException {
        try (PreparedStatement look = connection.prepareStatement("SELECT MIN(m.time_millis) FROM sb_message m WHERE "
                + matches("m", spec.filter(), dialect) + " AND " + condition.sql())) {
            if (condition.number() != null) {
                look.setLong(1, condition.number());
            }
            try (ResultSet row = look.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
