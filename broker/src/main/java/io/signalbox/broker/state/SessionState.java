package io.signalbox.broker.state;

import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
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

    /** Exactly-once deliveries whose receiver has them: delivery id to log position. */
    final Map<Integer, Long> received = new TreeMap<>();

    final Set<Integer> tags = new TreeSet<>();
    boolean attached;
    long sinceMillis;

    /** One delivery that is owed. */
    public static final class Owed {
        final Match match;
        int deliveryCount;
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

        /** 0: none was assigned durably. */
        public int deliveryId() {
            return deliveryId;
        }
    }

    SessionState(long id, SessionOptions options) {
        this.id = id;
        this.options = options;
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
