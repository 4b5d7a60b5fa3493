package io.signalbox.bus.remote;

import io.signalbox.topic.Topic;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log is told of deliveries: the first of each kind, of a thousand kinds. Thread safe. */
final class Told {
    private static final Logger LOG = LoggerFactory.getLogger(Told.class);
    private static final int KINDS_MAX = 1_000;

    private final Set<String> kinds = ConcurrentHashMap.newKeySet();

    private boolean isFirst(String kind) {
        return kinds.size() < KINDS_MAX && kinds.add(kind);
    }

    /** The transport counts its dead letters by reason. */
    void deadLetter(Arrival arrival, String reason, Throwable why) {
        if (isFirst(arrival.topic() + " " + reason)) {
            LOG.warn(
                    "message {} on {} from {} becomes a dead letter, {}: {}; more of this kind are counted there",
                    WireForm.id(arrival.message()),
                    arrival.topic(),
                    arrival.message().properties().from(),
                    reason,
                    why.toString());
        }
    }

    void leftOver(Topic topic, String consumer) {
        if (isFirst("subscription " + topic)) {
            LOG.warn(
                    "nobody in '{}' handles what comes on {}: its subscription, left by an earlier process, is ended",
                    consumer,
                    topic);
        }
    }
}
