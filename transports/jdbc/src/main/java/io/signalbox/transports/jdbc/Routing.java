package io.signalbox.transports.jdbc;

/** Which queues a message goes to: asked of the database, where every node's subscriptions are. */
final class Routing {
    private Routing() {}

    /** Of the messages from one sequence to another, both given twice: for exact filters, which an index finds, and others. */
    static String insertDeliveries(Dialect dialect) {
        String columns = "SELECT s.queue, s.session, s.no_local, LEAST(m.qos, s.qos) AS qos, m.seq, m.priority,"
                + " m.not_before, m.size, m.publisher, m.sender, m.addressee FROM sb_message m JOIN sb_subscription s ON ";
        return "INSERT INTO sb_delivery (queue, seq, qos, priority, not_before, size)"
                + " SELECT r.queue, r.seq, MAX(r.qos), r.priority, r.not_before, r.size FROM ("
                + columns + "s.exact AND s.filter = m.topic WHERE m.seq BETWEEN ? AND ? UNION ALL "
                + columns + "NOT s.exact AND " + dialect.topicMatches() + " WHERE m.seq BETWEEN ? AND ?) r"
                + " JOIN sb_session o ON o.name = r.session"
                + " WHERE NOT (r.no_local AND r.publisher IS NOT NULL AND r.publisher = r.session)"
                + " AND (o.detached_millis IS NULL OR r.qos > 0)"
                + addressed(dialect)
                + " GROUP BY r.queue, r.seq, r.priority, r.not_before, r.size";
    }

    private static String addressed(Dialect dialect) {
        String like = " " + dialect.regex() + " ";
        return " AND CASE WHEN r.addressee IS NULL THEN o.broadcast"
                + " ELSE o.to_pattern IS NULL OR r.addressee" + like + "o.to_pattern END"
                + " AND (o.from_pattern IS NULL OR r.sender" + like + "o.from_pattern)";
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
