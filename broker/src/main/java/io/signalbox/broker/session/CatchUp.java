package io.signalbox.broker.session;

import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Match;
import io.signalbox.transport.StoredMessage;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * A piece of the past on its way into a session.
 *
 * @param filter whose past was asked for
 * @param fromRetained the topic's last values, not its history
 * @param permits given one back when the session has room for the next piece
 * @param last nothing follows
 */
public record CatchUp(
        TopicFilter filter,
        Match match,
        List<StoredMessage> messages,
        boolean fromRetained,
        Semaphore permits,
        boolean last) {}
