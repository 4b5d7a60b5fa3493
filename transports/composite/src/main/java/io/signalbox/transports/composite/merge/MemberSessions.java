package io.signalbox.transports.composite.merge;

import io.signalbox.transport.Session;
import io.signalbox.transport.Settlement;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The sessions that a merged session has at its members now, by member, and what they have lost. Thread safe. */
final class MemberSessions {
    private static final long NOT_LOOKED_AT = -1;

    private final AtomicReferenceArray<@Nullable Session> sessions;

    /** By member, what its session told last. */
    private final long[] lostBefore;

    private long lost;

    MemberSessions(int members) {
        sessions = new AtomicReferenceArray<>(members);
        lostBefore = new long[members];
        Arrays.fill(lostBefore, NOT_LOOKED_AT);
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

    /**
     * Never lower than before: a member's losses count once, however often it leaves and comes back, and not what it had
     * lost before it was first looked at.
     */
    synchronized long lostCount() {
        for (int member = 0; member < size(); member++) {
            Session session = get(member);
            if (session != null) {
                long now = session.lostCount();
                long before = lostBefore[member];
                lost += before == NOT_LOOKED_AT ? 0 : Math.max(0, now - before);
                lostBefore[member] = now;
            }
        }
        return lost;
    }

    /** None is missing. */
    boolean complete() {
        return present().size() == size();
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
