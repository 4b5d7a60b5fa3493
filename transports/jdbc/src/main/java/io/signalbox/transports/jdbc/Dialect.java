package io.signalbox.transports.jdbc;

import io.signalbox.transport.Durability;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGStatement;

/** Where PostgreSQL and H2 differ. */
enum Dialect {
    POSTGRESQL(
            "postgresql",
            "CAST(EXTRACT(EPOCH FROM statement_timestamp()) * 1000 AS BIGINT)",
            "CASE WHEN current_setting('synchronous_commit') = 'off' THEN 'ROUTED'"
                    + " WHEN current_setting('fsync') = 'off' THEN 'BUFFERED' ELSE 'SYNCED' END",
            // With checksKeysByOnePlan, without a round trip of its own.
            "SELECT nextval('sb_sequence'), %s, %s, set_config('plan_cache_mode', 'auto', TRUE),"
                    + " set_config('enable_seqscan', 'off', TRUE), pg_notify(?, ?) FROM sb_gate WHERE id = 1 FOR SHARE",
            "'/' || m.topic ~ s.pattern",
            "~",
            "WITH owed AS (%s RETURNING queue, seq) SELECT " + Routing.RUNS + " FROM owed GROUP BY queue",
            "FOR UPDATE OF d SKIP LOCKED"),
    H2(
            "h2",
            "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000 AS BIGINT)",
            "CASE WHEN DATABASE_PATH() IS NOT NULL AND (SELECT MAX(CAST(SETTING_VALUE AS INT))"
                    + " FROM INFORMATION_SCHEMA.SETTINGS WHERE UPPER(SETTING_NAME) = 'WRITE_DELAY') = 0"
                    + " THEN 'BUFFERED' ELSE 'ROUTED' END",
            "SELECT NEXT VALUE FOR sb_sequence, %s, %s FROM sb_gate WHERE id = 1 FOR UPDATE",
            "REGEXP_LIKE('/' || m.topic, s.pattern)",
            "REGEXP",
            "SELECT " + Routing.RUNS + " FROM FINAL TABLE (%s) GROUP BY queue",
            "FOR UPDATE SKIP LOCKED");

    private final String folder;
    private final String nowMillis;
    private final String durability;
    private final String nextBlock;
    private final String topicMatches;
    private final String regex;
    private final String returningQueues;
    private final String skipLocked;

    Dialect(
            String folder,
            String nowMillis,
            String durability,
            String nextBlock,
            String topicMatches,
            String regex,
            String returningQueues,
            String skipLocked) {
        this.folder = folder;
        this.nowMillis = nowMillis;
        this.durability = durability;
        this.nextBlock = nextBlock;
        this.topicMatches = topicMatches;
        this.regex = regex;
        this.returningQueues = returningQueues;
        this.skipLocked = skipLocked;
    }

    /** @throws IllegalArgumentException for another database, without the URL's text: it may have a password */
    static Dialect of(String url) {
        if (url.startsWith("jdbc:postgresql:")) {
            return POSTGRESQL;
        }
        if (url.startsWith("jdbc:h2:")) {
            return H2;
        }
        throw new IllegalArgumentException("url is neither jdbc:postgresql: nor jdbc:h2:");
    }

    /** Of the migrations, on the class path. */
    String folder() {
        return folder;
    }

    /** The time of the database, epoch milliseconds. */
    String nowMillis() {
        return nowMillis;
    }

    /** What a commit means, as the server is set at this moment: the name of a {@link Durability}. */
    String durability() {
        return durability;
    }

    /**
     * Through the gate, which stays open for others that publish: a block of numbers, the time, what a commit means. With
     * {@link Wakeups}, other nodes hear at its commit what is said on a channel: two parameters.
     */
    String nextBlock(String now) {
        return String.format(nextBlock, now, durability);
    }

    /** Of a subscription {@code s} and a message {@code m}. */
    String topicMatches() {
        return topicMatches;
    }

    /** The operator between a text and a pattern. */
    String regex() {
        return regex;
    }

    /**
     * The insert, giving for each queue the first and the last number that it got, and where others lie between them, all
     * of its numbers.
     */
    String returningQueues(String insert) {
        return String.format(returningQueues, insert);
    }

    /** No publish is between its routing and its commit while this transaction lasts. */
    void closeGate(Connection connection) throws SQLException {
        try (Statement gate = connection.createStatement()) {
            gate.executeQuery("SELECT id FROM sb_gate WHERE id = 1 FOR UPDATE").close();
        }
    }

    /**
     * This transaction looks for some rows among many, by their keys or from the front of a queue. The planner has
     * statistics of minutes ago, when the queue was short, and would read it whole for each look.
     *
     * @param synced false if its commit need not wait for the disk
     */
    void goesByIndex(Connection connection, boolean synced) throws SQLException {
        if (this == POSTGRESQL) {
            try (PreparedStatement set = connection.prepareStatement(synced ? BY_INDEX : BY_INDEX + NOT_SYNCED)) {
                set.executeQuery().close();
            }
        }
    }

    private static final String BY_INDEX = "SELECT set_config('enable_seqscan', 'off', TRUE),"
            + " set_config('enable_bitmapscan', 'off', TRUE), set_config('enable_hashjoin', 'off', TRUE),"
            + " set_config('enable_mergejoin', 'off', TRUE)";

    private static final String NOT_SYNCED = ", set_config('synchronous_commit', 'off', TRUE)";

    /**
     * This transaction writes or deletes many rows, each of which has its foreign key checked: by a plan that is made
     * once, instead of for each row, and never as a scan of a table that was small then. Its own statements need
     * {@link #planEachTime}.
     */
    void checksKeysByOnePlan(Connection connection) throws SQLException {
        if (this == POSTGRESQL) {
            try (Statement set = connection.createStatement()) {
                set.execute("SET LOCAL plan_cache_mode TO auto; SET LOCAL enable_seqscan TO OFF");
            }
        }
    }

    /** The server is not to keep a plan that it made while its tables were small. */
    void planEachTime(PreparedStatement statement) throws SQLException {
        if (this == POSTGRESQL) {
            statement.unwrap(PGStatement.class).setPrepareThreshold(0);
        }
    }

    String skipLocked() {
        return skipLocked;
    }
}
