package io.signalbox.transports.composite.merge;

import java.util.LinkedHashMap;
import java.util.function.IntSupplier;

/**
 * The ids of messages that a session is done with, and from which members it had them, so that a copy that comes later
 * from another member is not offered. Bounded by count and not by time: a member that was away for an hour brings
 * copies that are an hour old.
 */
final class SettledIds {
    private final LinkedHashMap<String, Long> membersOf = new LinkedHashMap<>();
    private final IntSupplier idsMax;

    /** @param idsMax may change: the more sessions there are, the fewer each remembers */
    SettledIds(IntSupplier idsMax) {
        this.idsMax = idsMax;
    }

    /** @param members one bit for each member that brought it */
    void add(String id, long members) {
        membersOf.merge(id, members, (before, now) -> before | now);
        int max = idsMax.getAsInt();
        while (membersOf.size() > max) {
            membersOf.pollFirstEntry();
        }
    }

    boolean contains(String id) {
        return membersOf.containsKey(id);
    }

    /** Was it settled, and did this member bring it? */
    boolean broughtBy(String id, int member) {
        return (membersOf.getOrDefault(id, 0L) & 1L << member) != 0;
    }
}
