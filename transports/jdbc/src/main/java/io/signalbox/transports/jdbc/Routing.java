package io.signalbox.transports.jdbc;

/** Which queues a message goes to: asked of the database, where every node's subscriptions are. */
final class Routing {
    /** Of new deliveries: the queue, its first number and its last, and all of them if there are others in between. */
    static final String RUNS =
            "queue, MIN(seq), MAX(seq)," + " CASE WHEN COUNT(*) < MAX(seq) - MIN(seq) + 1 THEN ARRAY_AGG(seq) END";

    private Routing() {}

    /**
     * Of the messages from one sequence to another, both given {@value #RANGES} times. A batch has few topics: each is
     * matched once, by exact filters, which an index finds, and by others.
     */
    static String insertDeliveries(Dialect dialect) {
        String matching = "SELECT m.topic, s.queue, s.session, s.no_local, s.qos"
                + " FROM (SELECT DISTINCT topic FROM sb_message WHERE seq BETWEEN ? AND ?) m JOIN sb_subscription s ON ";
        return "INSERT INTO sb_delivery (queue, seq, qos, priority, not_before, size)"
                + " SELECT r.queue, m.seq, MAX(LEAST(m.qos, r.qos)), m.priority, m.not_before, m.size FROM ("
                + matching + "s.exact AND s.filter = m.topic UNION ALL "
                + matching + "NOT s.exact AND " + dialect.topicMatches() + ") r"
                + " JOIN sb_session o ON o.name = r.session"
                + " JOIN sb_message m ON m.topic = r.topic AND m.seq BETWEEN ? AND ?"
                + " WHERE NOT (r.no_local AND m.publisher IS NOT NULL AND m.publisher = r.session)"
                + " AND (o.detached_millis IS NULL OR LEAST(m.qos, r.qos) > 0)"
                + addressed(dialect)
                + " GROUP BY r.queue, m.seq, m.priority, m.not_before, m.size";
    }

    /** How often it is given. */
    static final int RANGES = 3;

    private static String addressed(Dialect dialect) {
        String like = " " + dialect.regex() + " ";
        return " AND CASE WHEN m.addressee IS NULL THEN o.broadcast"
                + " ELSE o.to_pattern IS NULL OR m.addressee" + like + "o.to_pattern END"
                + " AND (o.from_pattern IS NULL OR m.sender" + like + "o.from_pattern)";
    }

    /** Of the past, for one subscription: the speed, the time of the first, the speed; then whose it is. */
    static String insertPast(Database database, String condition) {
        return "INSERT INTO sb_delivery (queue, seq, qos, priority, not_before, size)"
                + " SELECT s.queue, m.seq, LEAST(m.qos, s.qos), m.priority,"
                + " CASE WHEN CAST(? AS DOUBLE PRECISION) > 0"
                + " THEN " + database.now()
                + " + CAST((m.time_millis - CAST(? AS BIGINT)) / CAST(? AS DOUBLE PRECISION) AS BIGINT)"
                + " ELSE 0 END, m.size"
                + " FROM sb_message m, sb_subscription s"
                + " WHERE s.session = ? AND s.filter = ? AND s.share_group = ?"
                + " AND CASE WHEN s.exact THEN s.filter = m.topic ELSE "
                + database.dialect().topicMatches() + " END"
                + " AND NOT EXISTS (SELECT 1 FROM sb_delivery d WHERE d.queue = s.queue AND d.seq = m.seq)"
                + " AND " + condition;
    }
}
