package io.signalbox.transports.jdbc;

import io.signalbox.transport.Durability;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Where PostgreSQL and H2 differ. */
enum Dialect {
    POSTGRESQL(
            "postgresql",
            Durability.SYNCED,
            "SELECT nextval('sb_sequence') FROM sb_gate WHERE id = 1 FOR SHARE",
            "'/' || m.topic ~ s.pattern",
            "~",
            "%s RETURNING queue, seq",
            "FOR UPDATE OF d SKIP LOCKED"),
    H2(
            "h2",
            Durability.BUFFERED,
            "SELECT NEXT VALUE FOR sb_sequence FROM sb_gate WHERE id = 1 FOR UPDATE",
            "REGEXP_LIKE('/' || m.topic, s.pattern)",
            "REGEXP",
            "SELECT queue, seq FROM FINAL TABLE (%s)",
            "FOR UPDATE SKIP LOCKED");

    private final String folder;
    private final Durability durability;
    private final String nextBlock;
    private final String topicMatches;
    private final String regex;
    private final String returningQueues;
    private final String skipLocked;

    Dialect(
            String folder,
            Durability durability,
            String nextBlock,
            String topicMatches,
            String regex,
            String returningQueues,
            String skipLocked) {
        this.folder = folder;
        this.durability = durability;
        this.nextBlock = nextBlock;
        this.topicMatches = topicMatches;
        this.regex = regex;
        this.returningQueues = returningQueues;
        this.skipLocked = skipLocked;
    }

    /** @throws IllegalArgumentException for another database */
    static Dialect of(String url) {
        if (url.startsWith("jdbc:postgresql:")) {
            return POSTGRESQL;
        }
        if (url.startsWith("jdbc:h2:")) {
            return H2;
        }
        throw new IllegalArgumentException(
                "'" + url.replaceAll("\\?.*", "") + "' is neither jdbc:postgresql: nor jdbc:h2:");
    }

    /** Of the migrations, on the class path. */
    String folder() {
        return folder;
    }

    /** What a commit means. */
    Durability durability() {
        return durability;
    }

    /** Through the gate, which stays open for others that publish, and a block of numbers. */
    String nextBlock() {
        return nextBlock;
    }

    /** Of a subscription {@code s} and a message {@code m}. */
    String topicMatches() {
        return topicMatches;
    }

    /** The operator between a text and a pattern. */
    String regex() {
        return regex;
    }

    /** The insert, giving the rows that it made. */
    String returningQueues(String insert) {
        return String.format(returningQueues, insert);
    }

    /** No publish is between its routing and its commit while this transaction lasts. */
    void closeGate(Connection connection) throws SQLException {
        try (Statement gate = connection.createStatement()) {
            gate.executeQuery("SELECT id FROM sb_gate WHERE id = 1 FOR UPDATE").close();
        }
    }

    /** This transaction's commit need not wait for the disk. */
    void needNotBeSynced(Connection connection) throws SQLException {
        if (this == POSTGRESQL) {
            try (Statement relax = connection.createStatement()) {
                relax.execute("SET LOCAL synchronous_commit TO OFF");
            }
        }
    }

    String skipLocked() {
        return skipLocked;
    }
}
