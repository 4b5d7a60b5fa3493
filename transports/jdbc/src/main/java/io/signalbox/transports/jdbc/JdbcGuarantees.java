package io.signalbox.transports.jdbc;

import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import java.time.Duration;

/** What the transport says of itself; {@code GuaranteesTest} takes each sentence and breaks it. */
final class JdbcGuarantees {
    private JdbcGuarantees() {}

    static Guarantees of(JdbcConfig config, Durability durability) {
        return new Guarantees(
                durability + ": the database has committed the message and who is owed it, and " + written(durability),
                "per topic and ordering key, for the publishes of one node in the order of its calls; a failed delivery"
                        + " holds back its key until it is tried again; priorities overtake",
                "none from publishing within " + text(config.deduplicationWindow())
                        + " by idempotency key or id; at least once in delivery: a message whose settlement was not"
                        + " written when its node ended comes again, marked as redelivered",
                lostWhen(durability) + "; at most once also: a session that is away, or whose node ends",
                "a queue's bounds, looked at every second, where its policy is to drop or to bury the oldest; the"
                        + " session's expiry; " + text(config.historyMax()) + " for what nobody is owed; a failure"
                        + " number " + config.attemptsMax() + " makes a dead letter, which nothing deletes");
    }

    private static String written(Durability durability) {
        return switch (durability) {
            case NONE, ROUTED -> "has them in memory alone: its file follows later, or there is none";
            case BUFFERED -> "written them to its file, and not flushed it";
            case SYNCED, REPLICATED -> "flushed them; each receipt says how the server was set for its commit";
        };
    }

    private static String lostWhen(Durability durability) {
        return switch (durability) {
            case NONE, ROUTED -> "the database ends without a warning";
            case BUFFERED -> "the machine of the database loses power";
            case SYNCED, REPLICATED -> "the disk of the database is lost";
        };
    }

    private static String text(Duration duration) {
        return duration.toMillis() % 60_000 == 0 ? duration.toMinutes() + " minutes" : duration.toMillis() + " ms";
    }
}
