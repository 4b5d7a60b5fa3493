package io.signalbox.broker;

import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Transport;
import java.util.List;
import java.util.Optional;

/** The embedded broker: a transport, and what an operator may ask it. */
public interface Broker extends Transport {
    BrokerStats stats();

    /** Of the newest message in the log; 0: it has none. Cheap, unlike {@link #stats}. */
    long lastSequence();

    /** All sessions, by name. */
    List<SessionInfo> sessions();

    Optional<SessionInfo> session(String name);

    /** @return false if there is none of that name */
    boolean removeSession(String name);

    DeadLetters deadLetters();

    Ledger ledger();

    /** Topics with a history or a retained message, by text, at most {@code limit}. */
    List<TopicInfo> topics(TopicFilter filter, int limit);
}
