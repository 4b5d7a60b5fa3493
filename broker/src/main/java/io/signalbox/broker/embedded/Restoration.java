package io.signalbox.broker.embedded;

import io.signalbox.broker.admission.Seen;
import io.signalbox.broker.record.MessageReader;
import io.signalbox.broker.routing.Router;
import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.broker.session.BrokerSession;
import io.signalbox.broker.session.Restored;
import io.signalbox.broker.session.Restoring;
import io.signalbox.broker.session.SessionDirectory;
import io.signalbox.broker.state.BrokerState;
import io.signalbox.broker.state.SessionState;
import io.signalbox.log.Log;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.StoredMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes sessions, queues and retained messages from what the log told. Runs once, before anything else does. */
final class Restoration {
    private static final Logger LOG = LoggerFactory.getLogger(Restoration.class);
    private static final Message NOTHING = Message.to(Topic.ofMqtt("-")).build();

    private final Log log;
    private final BrokerHost host;
    private final Router router;
    private final SessionDirectory directory;

    Restoration(Log log, BrokerHost host, Router router, SessionDirectory directory) {
        this.log = log;
        this.host = host;
        this.router = router;
        this.directory = directory;
    }

    /** @return sessions that are at their end, and only need to be removed */
    List<BrokerSession> restore(BrokerState state) {
        for (StoredMessage stored : state.retained().values()) {
            router.retain(router.entry(stored.message().topic()), stored);
        }
        List<BrokerSession> sessions = new ArrayList<>();
        Map<String, BrokerSession> newestByName = new HashMap<>();
        List<BrokerSession> over = new ArrayList<>();
        for (SessionState told : state.sessions().values()) {
            BrokerSession session = new BrokerSession(told.id(), told.options(), host, true);
            for (int tag : told.tags()) {
                session.tags().put(tag, Seen.STORED);
            }
            // All of them before any queue: a share group is known by its members' subscriptions.
            directory.restore(session, told.specs().values());
            sessions.add(session);
            BrokerSession before = newestByName.put(session.name(), session);
            if (before != null) {
                // Its name began anew, and a crash came before its end was in the log.
                over.add(before);
            }
        }
        long now = host.time().millis();
        int next = 0;
        for (SessionState told : state.sessions().values()) {
            BrokerSession session = sessions.get(next++);
            Restoring restoring = session.restoring();
            told.pasts().forEach(restoring::catchUp);
            restoreQueue(session.name(), restoring, told);
            TopicEntry none = router.throwAway(NOTHING.topic());
            told.received().forEach((deliveryId, position) -> restoring.received(none, NOTHING, position, deliveryId));
            restoring.done(told.attached() ? now : told.sinceMillis(), told.attached());
            if (told.options().expiry().isZero() && !over.contains(session)) {
                over.add(session);
            }
        }
        // Last: other threads bring it, in turns, and a session must have none while this thread restores it.
        next = 0;
        for (SessionState told : state.sessions().values()) {
            directory.resume(sessions.get(next++), told.pasts());
        }
        return over;
    }

    /** The queue in the order it had. What is under way again keeps its id. */
    private void restoreQueue(String name, Restoring restoring, SessionState told) {
        for (Map.Entry<Long, SessionState.Owed> entry : told.owed().entrySet()) {
            long position = entry.getKey();
            SessionState.Owed owed = entry.getValue();
            try {
                StoredMessage stored = MessageReader.stored(log.read(position));
                TopicEntry topic = router.entry(stored.message().topic());
                restoring.queued(new Restored(
                        topic,
                        stored,
                        owed.match(),
                        position,
                        owed.deliveryCount(),
                        owed.firstFailedMillis(),
                        owed.deliveryId(),
                        groupOf(told, topic.topic())));
            } catch (IOException | RuntimeException e) {
                restoring.unreadable(router.throwAway(NOTHING.topic()), position);
                LOG.error(
                        "session {} is owed the message at log position {}, which cannot be read: {}",
                        name,
                        position,
                        e.toString());
            }
        }
    }

    /** The log does not say how a message came to the session. What no other subscription explains came by a group. */
    private @Nullable ShareGroup groupOf(SessionState told, Topic topic) {
        ShareGroup group = null;
        for (FilterSpec spec : told.specs().values()) {
            if (spec.filter().matches(topic)) {
                if (spec.shareGroup() == null) {
                    return null;
                }
                group = router.group(spec.filter(), spec.shareGroup());
            }
        }
        return group;
    }
}
