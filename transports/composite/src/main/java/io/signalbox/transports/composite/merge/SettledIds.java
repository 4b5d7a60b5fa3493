package io.signalbox.transports.composite.merge;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The ids of messages that a session is done with, and from which members it had them, so that a copy that comes later
 * from another member is not offered. Bounded by count and not by time: a member that was away for an hour brings
 * copies that are an hour old.
 */
final class SettledIds {
    private final Map<String, Long> membersOf;

    SettledIds(int idsMax) {
        membersOf = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                return size() > idsMax;
            }
        };
    }

    /** @param members one bit for each member that brought it */
    void add(String id, long members) {
        membersOf.merge(id, members, (before, now) -> before | now);
    }

    boolean contains(String id) {
        return membersOf.containsKey(id);
    }

    /** Was it settled, and did this member bring it? */
    boolean broughtBy(String id, int member) {
        return (membersOf.getOrDefault(id, 0L) & 1L << member) != 0;
    }
}
