package io.signalbox.transport;

import io.signalbox.topic.TopicFilter;

/**
 * A look into the past that takes nothing from anybody's queue.
 *
 * @param start where to begin; NEW gives nothing
 * @param limit at most so many messages
 */
public record ReadRequest(TopicFilter filter, StartPosition start, long untilMillis, int limit) {
    public static ReadRequest last(TopicFilter filter, int count) {
        return new ReadRequest(filter, new StartPosition.Last(count), Long.MAX_VALUE, count);
    }
}
