package io.signalbox.transports.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The sessions that this node has, and whose queues are to be looked at. Thread safe. */
final class Attached {
    private final Map<String, JdbcSession> byName = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();

    /** @return who had the name before */
    @Nullable
    JdbcSession put(JdbcSession session) {
        return byName.put(session.name(), session);
    }

    @Nullable
    JdbcSession get(String name) {
        return byName.get(name);
    }

    @Nullable
    JdbcSession remove(String name) {
        return byName.remove(name);
    }

    void remove(JdbcSession session) {
        byName.remove(session.name(), session);
    }

    boolean has(JdbcSession session) {
        return byName.get(session.name()) == session;
    }

    List<JdbcSession> all() {
        return List.copyOf(byName.values());
    }

    /** Every queue is looked at. */
    void wakeAll() {
        inTurn(all());
    }

    /** Those that read one of these queues. */
    void wake(Collection<String> changed) {
        List<JdbcSession> readers = new ArrayList<>();
        boolean shared = false;
        for (String queue : changed) {
            JdbcSession owner = QueueRows.isShared(queue) ? null : byName.get(QueueRows.session(queue));
            if (owner != null) {
                readers.add(owner);
            }
            shared |= QueueRows.isShared(queue);
        }
        if (shared) {
            for (JdbcSession session : byName.values()) {
                if (!Collections.disjoint(session.queues(), changed)) {
                    readers.add(session);
                }
            }
        }
        inTurn(readers);
    }

    /** Members of a share group take turns at being first. */
    private void inTurn(List<JdbcSession> readers) {
        int size = readers.size();
        int first = size < 2 ? 0 : Math.floorMod(turn.getAndIncrement(), size);
        for (int i = 0; i < size; i++) {
            readers.get((first + i) % size).askPump();
        }
    }
}
