package io.signalbox.transports.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a session may take now, from its own queue and from those of its share groups. */
final class Fetch {
    /** Of a share group at a time, so that one member does not take what others could do. */
    private static final int SHARED_MAX = 16;

    private static final int OWN_MAX = 1_000;

    /** What one look brings into memory, but for a message that alone has more. */
    private static final long BYTES_MAX = 8 << 20;

    private final QueueRows queues;
    private final JdbcSession session;
    private final Set<Claim> known;
    private final int room;
    private final List<ClaimedRow> rows = new ArrayList<>();
    private boolean more;

    /** @param known what is here already */
    Fetch(QueueRows queues, JdbcSession session, Set<Claim> known) {
        this.queues = queues;
        this.session = session;
        this.known = known;
        room = session.credit().room();
    }

    /** May run again if its transaction failed. */
    void run(Connection connection) throws SQLException {
        rows.clear();
        more = false;
        int left = room;
        if (left == 0 && !session.credit().lightRoom()) {
            return;
        }
        for (String queue : session.queues()) {
            boolean shared = QueueRows.isShared(queue);
            int most = shared ? SHARED_MAX : OWN_MAX;
            boolean lightOnly = left == 0;
            int limit = lightOnly ? most : Math.min(left, most);
            List<ClaimedRow> found = shared
                    ? queues.claim(connection, queue, session.name(), lightOnly, limit)
                    : queues.look(connection, queue, known, lightOnly, limit, BYTES_MAX);
            rows.addAll(found);
            more |= found.size() == limit
                    || found.stream().mapToLong(ClaimedRow::sizeBytes).sum() >= BYTES_MAX;
            left -= (int) found.stream().filter(ClaimedRow::needsCredit).count();
        }
    }

    List<ClaimedRow> rows() {
        return rows;
    }

    /** There may be more than were taken. */
    boolean more() {
        return more;
    }
}
