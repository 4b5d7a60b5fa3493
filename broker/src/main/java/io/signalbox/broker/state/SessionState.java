package io.signalbox.broker.state;

import io.signalbox.broker.record.PastCodec;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A durable session as the log tells it. */
public final class SessionState {
    final long id;
    SessionOptions options;
    final Map<Session.Target, FilterSpec> specs = new LinkedHashMap<>();

    /** By log position, which is the order of arrival but for what another member of a share group handed over. */
    final Map<Long, Owed> owed = new LinkedHashMap<>();

    /** By delivery id, the log position that it was given to last: an id serves one delivery after the other. */
    private final Map<Integer, Long> positionById = new HashMap<>();

    /** Exactly-once deliveries whose receiver has them: delivery id to log position. */
    final Map<Integer, Long> received = new TreeMap<>();

    /** By canonical text of the filter: what of the past is on its way. */
    final Map<String, PastCodec.Running> pasts = new TreeMap<>();

    final Set<Integer> tags = new TreeSet<>();
    boolean attached;
    long sinceMillis;

    /** One delivery that is owed. */
    public static final class Owed {
        final Match match;
        int deliveryCount;
        long firstFailedMillis;
        int deliveryId;

        Owed(Match match) {
            this.match = match;
        }

        public Match match() {
            return match;
        }

        public int deliveryCount() {
            return deliveryCount;
        }

        /** 0: none has failed. */
        public long firstFailedMillis() {
            return firstFailedMillis;
        }

        /** 0: none was assigned durably. */
        public int deliveryId() {
            return deliveryId;
        }
    }

    SessionState(long id, SessionOptions options) {
        this.id = id;
        this.options = options;
    }

    /** Whoever had the id before has it no more, or both would be restored under it. */
    void assign(long position, Owed delivery, int deliveryId) {
        Long before = positionById.put(deliveryId, position);
        Owed other = before == null || before == position ? null : owed.get(before);
        if (other != null && other.deliveryId == deliveryId) {
            other.deliveryId = 0;
        }
        delivery.deliveryId = deliveryId;
    }

    public long id() {
        return id;
    }

    public SessionOptions options() {
        return options;
    }

    public Map<Session.Target, FilterSpec> specs() {
        return specs;
    }

    public Map<Long, Owed> owed() {
        return owed;
    }

    public Collection<PastCodec.Running> pasts() {
        return pasts.values();
    }

    public Map<Integer, Long> received() {
        return received;
    }

    public Set<Integer> tags() {
        return tags;
    }

    /** Somebody was connected when the log ended. */
    public boolean attached() {
        return attached;
    }

    public long sinceMillis() {
        return sinceMillis;
    }
}
