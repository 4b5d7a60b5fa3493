package io.signalbox.transports.composite.merge;

import io.signalbox.transport.Session;
import io.signalbox.transport.Settlement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The sessions that a merged session has at its members now, by member. Thread safe. */
final class MemberSessions {
    private final AtomicReferenceArray<@Nullable Session> sessions;

    MemberSessions(int members) {
        sessions = new AtomicReferenceArray<>(members);
    }

    int size() {
        return sessions.length();
    }

    @Nullable
    Session get(int member) {
        return sessions.get(member);
    }

    void put(int member, @Nullable Session session) {
        sessions.set(member, session);
    }

    /** At one that is not here any more there is nothing to settle. */
    void settle(int member, int deliveryId, Settlement settlement) {
        Session session = get(member);
        if (session != null) {
            session.settle(deliveryId, settlement);
        }
    }

    /** @return false if it is another, or none, by now */
    boolean remove(int member, Session session) {
        return sessions.compareAndSet(member, session, null);
    }

    /** Those that are here, in the order of the members. */
    List<Session> present() {
        return IntStream.range(0, sessions.length())
                .mapToObj(sessions::get)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
    }
}
