package io.signalbox.broker.embedded;

import io.signalbox.broker.record.MessageReader;
import io.signalbox.broker.routing.Router;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.broker.session.BrokerSession;
import io.signalbox.broker.session.SessionDirectory;
import io.signalbox.broker.state.BrokerState;
import io.signalbox.broker.state.SessionState;
import io.signalbox.log.Log;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.StoredMessage;
import java.io.IOException;
import java.util.Map;
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

    void restore(BrokerState state) {
        for (StoredMessage stored : state.retained().values()) {
            router.entry(stored.message().topic()).retained(stored);
        }
        long now = host.time().millis();
        for (SessionState told : state.sessions().values()) {
            BrokerSession session = new BrokerSession(told.id(), told.options(), host);
            session.tags().addAll(told.tags());
            restoreQueue(session, told);
            TopicEntry none = router.throwAway(NOTHING.topic());
            told.received()
                    .forEach((deliveryId, position) -> session.restoreReceived(none, NOTHING, position, deliveryId));
            directory.restore(session, told.specs().values());
            session.restoreDone(told.attached() ? now : told.sinceMillis());
        }
    }

    /** The queue in the order it had. What is under way again keeps its id. */
    private void restoreQueue(BrokerSession session, SessionState told) {
        for (Map.Entry<Long, SessionState.Owed> entry : told.owed().entrySet()) {
            long position = entry.getKey();
            SessionState.Owed owed = entry.getValue();
            try {
                StoredMessage stored = MessageReader.stored(log.read(position));
                TopicEntry topic = router.entry(stored.message().topic());
                session.restore(
                        topic,
                        stored.message(),
                        owed.match(),
                        position,
                        stored.sequence(),
                        owed.deliveryCount(),
                        owed.deliveryId());
            } catch (IOException | RuntimeException e) {
                LOG.error(
                        "session {} is owed the message at log position {}, which cannot be read: {}",
                        session.name(),
                        position,
                        e.toString());
            }
        }
    }
}
