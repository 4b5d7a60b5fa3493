package io.signalbox.broker.session;

import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.StoredMessage;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * A piece of the past on its way into a session. An empty one that is not the last asks to begin.
 *
 * @param spec that asked for it; known by being the same object
 * @param fromRetained the topic's last values, not its history
 * @param permits given one back when the session has room for the next piece
 * @param last nothing follows
 */
public record CatchUp(
        FilterSpec spec, Match match, List<Item> messages, boolean fromRetained, Semaphore permits, boolean last) {

    /** @param position where the log has it, to be read back from there; 0 when memory alone has it */
    public record Item(StoredMessage stored, long position) {}
}
