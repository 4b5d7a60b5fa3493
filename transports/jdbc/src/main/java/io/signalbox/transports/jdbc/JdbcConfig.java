package io.signalbox.transports.jdbc;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * @param url {@code jdbc:postgresql:} or {@code jdbc:h2:}
 * @param schema where the tables are; made and migrated if they are not there
 * @param connectionsMax of the pool, at least 4: publishing, receiving, listening, and one for reads
 * @param pollInterval how often queues are looked at without being told: delayed messages, other nodes on H2
 * @param historyMax messages that nobody is owed any more are kept so long for replay
 * @param deduplicationWindow a second message of the same key within it is a duplicate
 * @param attemptsMax failures at which a message goes to the dead letters
 * @param publishTimeout a publish that the database has not taken by then is refused
 * @param publishBatchMax messages of one transaction
 * @param nodeSilence a node that has given no sign of life for so long is gone: what it held is free
 */
public record JdbcConfig(
        String url,
        @Nullable String user,
        @Nullable String password,
        String schema,
        int connectionsMax,
        Duration pollInterval,
        Duration historyMax,
        Duration deduplicationWindow,
        int attemptsMax,
        Duration publishTimeout,
        int publishBatchMax,
        Duration nodeSilence) {

    /** Numbers are taken a thousand at a time. */
    static final int BLOCK = 1_000;

    public JdbcConfig {
        if (connectionsMax < 4) {
            throw new IllegalArgumentException("connectionsMax " + connectionsMax + " must be at least 4");
        }
        if (publishBatchMax < 1 || publishBatchMax > BLOCK) {
            throw new IllegalArgumentException("publishBatchMax " + publishBatchMax + " must be 1 to " + BLOCK);
        }
        if (attemptsMax < 1) {
            throw new IllegalArgumentException("attemptsMax " + attemptsMax + " must be at least 1");
        }
        for (Duration positive : List.of(pollInterval, publishTimeout, nodeSilence)) {
            if (positive.isNegative() || positive.isZero()) {
                throw new IllegalArgumentException("pollInterval " + pollInterval + ", publishTimeout " + publishTimeout
                        + " and nodeSilence " + nodeSilence + " must be above zero");
            }
        }
        if (historyMax.isNegative() || deduplicationWindow.isNegative()) {
            throw new IllegalArgumentException("historyMax " + historyMax + " and deduplicationWindow "
                    + deduplicationWindow + " must not be negative");
        }
        if (!schema.matches("[a-z][a-z0-9_]{0,62}")) {
            throw new IllegalArgumentException(
                    "schema '" + schema + "' must be lower case letters, digits and _, at most 63");
        }
    }

    public static JdbcConfig of(String url) {
        return new JdbcConfig(
                url,
                null,
                null,
                "signalbox",
                8,
                Duration.ofMillis(250),
                Duration.ofHours(1),
                Duration.ofMinutes(2),
                4,
                Duration.ofSeconds(10),
                BLOCK,
                Duration.ofSeconds(30));
    }

    public JdbcConfig withUser(String name, @Nullable String secret) {
        return new JdbcConfig(
                url,
                name,
                secret,
                schema,
                connectionsMax,
                pollInterval,
                historyMax,
                deduplicationWindow,
                attemptsMax,
                publishTimeout,
                publishBatchMax,
                nodeSilence);
    }

    public JdbcConfig withSchema(String value) {
        return new JdbcConfig(
                url,
                user,
                password,
                value,
                connectionsMax,
                pollInterval,
                historyMax,
                deduplicationWindow,
                attemptsMax,
                publishTimeout,
                publishBatchMax,
                nodeSilence);
    }

    public JdbcConfig withPollInterval(Duration value) {
        return new JdbcConfig(
                url,
                user,
                password,
                schema,
                connectionsMax,
                value,
                historyMax,
                deduplicationWindow,
                attemptsMax,
                publishTimeout,
                publishBatchMax,
                nodeSilence);
    }

    public JdbcConfig withPublishBatchMax(int value) {
        return new JdbcConfig(
                url,
                user,
                password,
                schema,
                connectionsMax,
                pollInterval,
                historyMax,
                deduplicationWindow,
                attemptsMax,
                publishTimeout,
                value,
                nodeSilence);
    }

    public JdbcConfig withNodeSilence(Duration value) {
        return new JdbcConfig(
                url,
                user,
                password,
                schema,
                connectionsMax,
                pollInterval,
                historyMax,
                deduplicationWindow,
                attemptsMax,
                publishTimeout,
                publishBatchMax,
                value);
    }

    public JdbcConfig withHistoryMax(Duration value) {
        return new JdbcConfig(
                url,
                user,
                password,
                schema,
                connectionsMax,
                pollInterval,
                value,
                deduplicationWindow,
                attemptsMax,
                publishTimeout,
                publishBatchMax,
                nodeSilence);
    }

    public JdbcConfig withPublishTimeout(Duration value) {
        return new JdbcConfig(
                url,
                user,
                password,
                schema,
                connectionsMax,
                pollInterval,
                historyMax,
                deduplicationWindow,
                attemptsMax,
                value,
                publishBatchMax,
                nodeSilence);
    }

    /** Never the password. */
    @Override
    public String toString() {
        return "JdbcConfig[" + DatabaseAddress.shown(url) + ", schema=" + schema + "]";
    }
}
